using System.CommandLine;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client wait</c>: waits for a job, and exits with its exit status.</summary>
internal static class WaitCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand("wait", "Wait until a job ends, and exit with its exit status.")
        {
            HostOptions.Host, JobOptions.Job, JobOptions.Json,
        };
        HostOptions.AddTo(command);
        command.SetAction((parsed, _) => ClientCommand.RunAsync(parsed, (client, interrupts) => RunAsync(parsed, client, interrupts)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, RemoteShellClient client, Interrupts interrupts)
    {
        CommandResult result = await client.WaitAsync(parsed.GetValue(JobOptions.Job)!, interrupts.Cancelled);
        if (parsed.GetValue(JobOptions.Json))
            JobsReport.Write(result, StandardStreams.Output);
        else
            OutcomeMessages.Explain(result);
        return ExitStatus.Of(result);
    }
}
