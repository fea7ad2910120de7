using System.CommandLine;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client rm</c>: has a job forgotten.</summary>
internal static class RmCommand
{
    public static Command Create()
    {
        var command = new Command("rm", "Forget a job that has ended, with what it wrote.") { HostOptions.Host, JobOptions.Job, JobOptions.Json };
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        string job = parsed.GetValue(JobOptions.Job)!;
        ClientOptions options = HostOptions.Options(parsed, parsed.GetValue(HostOptions.Host)!, UserMessages.Say);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.GivenUp);
        try
        {
            await client.ForgetAsync(job, interrupts.GivenUp);
        }
        catch (RequestRefusedException e)
        {
            return UserMessages.Fail(ExitStatus.Failed, e.Message, e.Hint);
        }

        if (parsed.GetValue(JobOptions.Json))
            JobsReport.Write(job, "forgotten", StandardStreams.Output);
        return 0;
    }
}
