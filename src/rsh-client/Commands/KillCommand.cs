using System.CommandLine;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client kill</c>: ends a job, or sends it a signal.</summary>
internal static class KillCommand
{
    private static readonly Option<string> Signal = new("--signal", "-s")
    {
        Description = "Send only this signal, such as HUP, INT, KILL, USR1 or STOP, and do not wait.",
        HelpName = "NAME",
    };

    public static Command Create()
    {
        var command = new DocumentedCommand("kill", "End a job with all its processes, or send it a signal.")
        {
            Details =
            [
                "Sends SIGTERM, then SIGKILL after the server's grace time (rsh-server run --kill-grace), " +
                "and waits until the job has ended.",
            ],
            Examples = ["kill server.example 576958v", "kill --signal HUP server.example 576958v"],
        };
        command.Add(HostOptions.Host);
        command.Add(JobOptions.Job);
        command.Add(Signal);
        command.Add(JobOptions.Json);
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => ClientCommand.AnswerAsync(
            () => ClientCommand.RunAsync(parsed, (client, interrupts) => RunAsync(parsed, client, interrupts))));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, RemoteShellClient client, Interrupts interrupts)
    {
        string job = parsed.GetValue(JobOptions.Job)!;
        string? signal = parsed.GetValue(Signal)?.ToUpperInvariant();
        if (signal is not null)
        {
            string name = signal.StartsWith("SIG", StringComparison.Ordinal) ? signal[3..] : signal;
            await client.SignalAsync(job, name, interrupts.Cancelled);
            if (parsed.GetValue(JobOptions.Json))
                JobsReport.Write(job, "signalled", StandardStreams.Output);
            return 0;
        }

        CommandResult result = await client.KillAsync(job, interrupts.Cancelled);
        if (parsed.GetValue(JobOptions.Json))
            JobsReport.Write(result, StandardStreams.Output);
        return 0;
    }
}
