using System.CommandLine;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client wait</c>: a job's exit status.</summary>
internal static class WaitCommand
{
    public static Command Create()
    {
        var command = new Command("wait", "Wait for a job's end; its exit status is this command's.") { HostOptions.Host, JobOptions.Job, JobOptions.Json };
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        ClientOptions options = HostOptions.Options(parsed, parsed.GetValue(HostOptions.Host)!, UserMessages.Say);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.GivenUp);
        CommandResult result = await client.WaitAsync(parsed.GetValue(JobOptions.Job)!, interrupts.GivenUp);
        if (parsed.GetValue(JobOptions.Json))
            JobsReport.Write(result, StandardStreams.Output);
        else
            RunCommand.Explain(result);
        return ExitStatus.Of(result);
    }
}
