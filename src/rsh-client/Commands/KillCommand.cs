using System.CommandLine;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client kill</c>: ends a job, or sends it a signal.</summary>
internal static class KillCommand
{
    private static readonly Option<string> Signal = new("--signal", "-s") { Description = "Send this signal, and nothing else. Default: TERM, and after the server's grace KILL.", HelpName = "NAME" };

    public static Command Create()
    {
        var command = new Command("kill", "End a job with its whole process group, and wait for that.") { HostOptions.Host, JobOptions.Job, Signal, JobOptions.Json };
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        string job = parsed.GetValue(JobOptions.Job)!;
        string? signal = parsed.GetValue(Signal)?.ToUpperInvariant();
        ClientOptions options = HostOptions.Options(parsed, parsed.GetValue(HostOptions.Host)!, UserMessages.Say);
        using var interrupts = new Interrupts();
        await using RemoteShellClient client = await HostOptions.ConnectAsync(options, interrupts.GivenUp);
        try
        {
            if (signal is not null)
            {
                await client.SignalAsync(job, signal.StartsWith("SIG", StringComparison.Ordinal) ? signal[3..] : signal, interrupts.GivenUp);
                if (parsed.GetValue(JobOptions.Json))
                    JobsReport.Write(job, "signalled", StandardStreams.Output);
                return 0;
            }

            CommandResult result = await client.KillAsync(job, interrupts.GivenUp);
            if (parsed.GetValue(JobOptions.Json))
                JobsReport.Write(result, StandardStreams.Output);
            return 0;
        }
        catch (RequestRefusedException e)
        {
            return UserMessages.Fail(e.Code == ErrorCode.BadRequest ? ExitStatus.Usage : ExitStatus.Failed, e.Message, e.Hint);
        }
    }
}
