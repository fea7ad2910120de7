using System.CommandLine;
using RemoteShell.Cli.Client.Fleet;
using RemoteShell.Cli.Client.Help;
using RemoteShell.Cli.Client.Native;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Client;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Commands;

/// <summary><c>rsh-client runs</c>: lists the runs on sets of hosts, shows them, and goes on with them.</summary>
internal static class RunsCommand
{
    // Another client that runs the run is asked this often whether it still does.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    // SIGTERM
    private const int Terminate = 15;

    private static readonly Argument<string> Run = new("ID") { Description = "The run's id, or any unique prefix of it." };
    private static readonly Argument<string> Host = new("HOST") { Description = "A host of the run, as 'runs show' names it." };

    private static readonly Option<bool> Force = new("--force") { Description = "Also if jobs of the run may still run." };

    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Show no totals if all hosts are ok." };

    /// <summary>Creates the subcommand.</summary>
    /// <param name="own">Reads the command line of a run.</param>
    public static Command Create(OwnCommands own)
    {
        var command = new DocumentedCommand("runs", "List the runs on sets of hosts, and go on with them.")
        {
            Details =
            [
                "'run', 'put' and 'get' on a set of hosts are runs: their hosts, verdicts and output are kept on this machine, for 30 " +
                "days or up to 1 GiB. Without a command, lists them. A run is interrupted if its client was killed: the commands go on " +
                "for 24 hours, and 'runs resume' collects their results. Nothing starts twice.",
            ],
            Examples = ["runs", "runs show 577nt9hk", "runs output 577nt9hk web7", "runs resume 577nt9hk"],
        };
        command.Add(JobOptions.Json);
        command.SetAction((parsed, _) => Answer(() => List(parsed)));
        command.Add(With("show", "Show the verdict of each host.", parsed => Answer(() => Show(parsed)), JobOptions.Json));
        command.Add(OutputCommand(own));
        command.Add(With(
            "resume",
            "Go on with a run whose client is gone: collect its results, and begin the hosts that were not begun.",
            parsed => AnswerAsync(() => FleetCommand.ResumeAsync(parsed.GetValue(Run)!, own, output: null))));
        command.Add(With(
            "wait",
            "Wait for a run, and exit with its exit status. Without a client, the run is resumed.",
            parsed => AnswerAsync(() => WaitAsync(parsed, own)),
            Quiet));
        command.Add(With(
            "kill",
            "End the commands of a run, and collect their results.",
            parsed => AnswerAsync(() => KillAsync(parsed, own)),
            Quiet));
        command.Add(With("rm", "Remove a run and its output from this machine.", parsed => Answer(() => Remove(parsed)), Force));
        return command;
    }

    private static DocumentedCommand OutputCommand(OwnCommands own)
    {
        DocumentedCommand command = With("output", "Print the output of a host.", parsed => AnswerAsync(() => PrintAsync(parsed, own)));
        command.Add(Host);
        return command;
    }

    private static DocumentedCommand With(string name, string summary, Func<ParseResult, Task<int>> run, params Option[] options)
    {
        var command = new DocumentedCommand(name, summary) { Examples = [$"runs {name} 577nt9hk{(name == "output" ? " web7" : "")}"] };
        command.Add(Run);
        foreach (Option option in options)
            command.Add(option);
        command.SetAction((parsed, _) => run(parsed));
        return command;
    }

    private static Task<int> Answer(Func<int> run) => ClientCommand.AnswerAsync(() => Task.FromResult(run()));

    private static Task<int> AnswerAsync(Func<Task<int>> run) => ClientCommand.AnswerAsync(run);

    private static int List(ParseResult parsed)
    {
        IReadOnlyList<KeptRun> runs = FleetCommand.Store.List();
        if (parsed.GetValue(JobOptions.Json))
            JsonLines.Write(runs, FleetJson.Fields, StandardStreams.Output);
        else
            RunsTable.Write(runs);
        return 0;
    }

    private static int Show(ParseResult parsed)
    {
        KeptRun run = FleetCommand.Store.Open(parsed.GetValue(Run)!);
        if (parsed.GetValue(JobOptions.Json))
        {
            JsonLines.Write(run.Verdicts, FleetJson.Fields, StandardStreams.Output);
            return 0;
        }

        RunsTable.WriteHosts(run);
        return 0;
    }

    private static async Task<int> PrintAsync(ParseResult parsed, OwnCommands own)
    {
        KeptRun run = FleetCommand.Store.Open(parsed.GetValue(Run)!);
        string host = parsed.GetValue(Host)!;
        KeptOutput kept = FleetCommand.OutputOf(run, own);
        await kept.CopyAsync(host, OutputStream.StandardOutput, StandardStreams.Output);
        await kept.CopyAsync(host, OutputStream.StandardError, StandardStreams.Error);
        HostVerdict? verdict = run.Verdicts.FirstOrDefault(one => one.Host == host);
        if (verdict is null || verdict.Streams.Count > 0)
            return 0;
        return UserMessages.Fail(ExitStatus.NoConnection, $"the output of {host} is not verified: the host is {verdict.Text}", hint: null);
    }

    // A client that runs the run ends it itself. If it is killed meanwhile, this one goes on.
    private static async Task<int> WaitAsync(ParseResult parsed, OwnCommands own)
    {
        string id = parsed.GetValue(Run)!;
        var output = new FleetOutput(IsQuiet: parsed.GetValue(Quiet), IsSilent: true);
        while (true)
        {
            KeptRun run = FleetCommand.Store.Open(id);
            if (run.State == RunState.Interrupted)
                return await FleetCommand.ResumeAsync(run.Record.Id, own, output);
            if (run.State == RunState.Ended)
                return FleetCommand.Tell(run, own, output);
            await Task.Delay(Interval);
        }
    }

    // A client that runs the run ends its commands itself. What it could not end is ended here.
    private static async Task<int> KillAsync(ParseResult parsed, OwnCommands own)
    {
        KeptRun run = FleetCommand.Store.Open(parsed.GetValue(Run)!);
        var output = new FleetOutput(IsQuiet: parsed.GetValue(Quiet), IsSilent: true);
        if (run.State == RunState.Running && run.Client is { } client && LibC.Kill(client, Terminate) == 0)
        {
            while (FleetCommand.Store.Open(run.Record.Id).State == RunState.Running)
                await Task.Delay(Interval);
        }

        run = FleetCommand.Store.Open(run.Record.Id);
        return run.State == RunState.Ended && run.Resumable.Count == 0
            ? FleetCommand.Tell(run, own, output)
            : await FleetCommand.KillAsync(run.Record.Id, own, output);
    }

    private static int Remove(ParseResult parsed)
    {
        KeptRun run = FleetCommand.Store.Open(parsed.GetValue(Run)!);
        if (parsed.GetValue(Force))
            FleetCommand.Store.Forget(run);
        else
            FleetCommand.Store.Remove(run);
        return 0;
    }
}
