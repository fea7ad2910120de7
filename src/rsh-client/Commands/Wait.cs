using System.CommandLine;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client wait</c>: a job's exit status.</summary>
internal static class Wait
{
    public static Command Create()
    {
        var command = new Command("wait", "Wait for a job's end; its exit status is this command's.") { HostFlags.Host, JobFlags.Job, JobFlags.Json };
        HostFlags.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        ClientOptions options = HostFlags.Options(parsed, parsed.GetValue(HostFlags.Host)!, Terminal.Say);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostFlags.ConnectAsync(options, interrupts.GivenUp);
        CommandResult result = await client.WaitAsync(parsed.GetValue(JobFlags.Job)!, interrupts.GivenUp);
        if (parsed.GetValue(JobFlags.Json))
            JobsReport.Write(result, StandardStreams.Output);
        else
            Run.Explain(result);
        return ExitStatus.Of(result);
    }
}
