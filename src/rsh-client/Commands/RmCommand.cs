using System.CommandLine;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client rm</c>: removes an ended job.</summary>
internal static class RmCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("rm", "Remove an ended job and its output.")
        {
            HostOptions.Host, JobOptions.Job, JobOptions.Json,
        };
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => ClientCommand.AnswerAsync(
            () => ClientCommand.RunAsync(parsed, (client, interrupts) => RunAsync(parsed, client, interrupts))));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, RemoteShellClient client, Interrupts interrupts)
    {
        string job = parsed.GetValue(JobOptions.Job)!;
        await client.ForgetAsync(job, interrupts.Cancelled);
        if (parsed.GetValue(JobOptions.Json))
            JobsReport.Write(job, "forgotten", StandardStreams.Output);
        return 0;
    }
}
