using System.CommandLine;
using RemoteShell.Cli.Client.Nodes;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Fleet;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Begins a run, and goes on with one.</summary>
internal static class FleetCommand
{
    /// <summary>The runs of this user.</summary>
    public static RunStore Store { get; } = new(Path.Combine(RoleFolders.State("client"), "runs"));

    /// <summary>The groups that a command line can name.</summary>
    public static NodeGroups GroupsOf(ParseResult parsed)
        => new BrokerGroups(new ConfiguredGroups(parsed.GetValue(HostOptions.Config)), parsed);

    /// <summary>Begins a run on a set of hosts.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="targets">The set, as the user wrote it.</param>
    /// <param name="output">How results are shown.</param>
    public static async Task<int> StartAsync(RunLine line, string targets, FleetOutput output)
    {
        ParseResult parsed = line.Whole();
        Targets read = await Targets.ReadAsync(targets, GroupsOf(parsed));
        return await StartAsync(line, parsed, read.Hosts, targets, output, inputOf: null);
    }

    /// <summary>Goes on with a run whose client is gone, and returns the exit status of the whole run.</summary>
    /// <param name="id">The run's id, or a prefix of it.</param>
    /// <param name="own">Reads the command line of the run.</param>
    /// <param name="output">How results are shown; null: as the run's own command line says.</param>
    public static async Task<int> ResumeAsync(string id, OwnCommands own, FleetOutput? output)
    {
        await using KeptRun run = Store.Take(id);
        IReadOnlyList<RunTarget> targets = run.Resumable;
        RunLine line = LineOf(run, own);
        ParseResult parsed = line.Whole();
        FleetOutput shown = output ?? FleetOutputs.Of(parsed);
        using var screen = new FleetScreen();
        using FleetConnections connections = ConnectionsOf(screen, shown);
        using FleetRunner runner = new(line, parsed, shown, screen);
        string[] hosts = [.. targets.Select(target => target.Host)];
        await using FleetWork work = run.Request is null
            ? CallsOf(line, hosts, connections, screen)
            : WorkOf(line, hosts, connections, screen);
        if (!run.Record.HasInput || run.Input.IsWhole)
            return await runner.RunAsync(run, targets, RunOrigin.Resumed, work);
        screen.Say("the standard input of the run was not read to its end, so no command can get all of it; they are ended");
        return await runner.KillAsync(run, targets, work);
    }

    /// <summary>Ends the jobs of a run whose client is gone, and returns the exit status of the whole run.</summary>
    public static async Task<int> KillAsync(string id, OwnCommands own, FleetOutput output)
    {
        await using KeptRun run = Store.Take(id);
        RunLine line = LineOf(run, own);
        using var screen = new FleetScreen();
        using FleetConnections connections = ConnectionsOf(screen, output);
        using FleetRunner runner = new(line, line.Whole(), output, screen);
        IReadOnlyList<RunTarget> targets = run.Resumable;
        await using FleetWork work = CallsOf(line, [.. targets.Select(target => target.Host)], connections, screen);
        return await runner.KillAsync(run, targets, work);
    }

    /// <summary>The output of the hosts of a run.</summary>
    public static KeptOutput OutputOf(KeptRun run, OwnCommands own) => new(run, LineOf(run, own));

    /// <summary>Tells how a run has ended, and returns its exit status.</summary>
    public static int Tell(KeptRun run, OwnCommands own, FleetOutput output)
    {
        var totals = new RunTotals(run.Verdicts);
        using var screen = new FleetScreen();
        if (!output.IsQuiet || !totals.AreAllOk)
            FleetSummary.Show(totals, run, screen);
        return FleetOptions.StatusOf(LineOf(run, own).Whole(), totals);
    }

    /// <summary>Does the same again on some hosts of a run, as a new run.</summary>
    /// <param name="id">The run's id, or a prefix of it.</param>
    /// <param name="own">Reads the command line of the run.</param>
    /// <param name="isWanted">Which hosts.</param>
    public static async Task<int> AgainAsync(string id, OwnCommands own, Func<HostVerdict, bool> isWanted)
    {
        await using KeptRun old = Store.Open(id);
        if (old.State != RunState.Ended)
        {
            throw new RemoteShellException($"not all hosts of the run {old.Record.Id} have a verdict")
            {
                Hint = $"go on with it first: rsh-client runs resume {old.Record.Id}",
            };
        }

        if (old.Record.HasInput && !old.Input.IsWhole)
        {
            throw new RemoteShellException($"the standard input of the run {old.Record.Id} was not read to its end")
            {
                Hint = "give the whole command again, with its input",
            };
        }

        string[] hosts = [.. old.Verdicts.Where(isWanted).Select(verdict => verdict.Host)];
        if (hosts.Length == 0)
        {
            throw new RemoteShellException($"no host of the run {old.Record.Id} ended so")
            {
                Hint = $"see: rsh-client runs show {old.Record.Id}",
            };
        }

        RunLine line = LineOf(old, own);
        ParseResult parsed = line.Whole();
        KeptRun? inputOf = old.Record.HasInput ? old : null;
        return await StartAsync(line, parsed, hosts, NodeSet.Fold(hosts), FleetOutputs.Of(parsed), inputOf);
    }

    private static async Task<int> StartAsync(
        RunLine line, ParseResult parsed, IReadOnlyList<string> hosts, string targets, FleetOutput output, KeptRun? inputOf)
    {
        using var screen = new FleetScreen();
        using FleetConnections connections = ConnectionsOf(screen, output);
        using FleetRunner runner = new(line, parsed, output, screen);
        await using FleetWork work = WorkOf(line, hosts, connections, screen);
        var record = new RunRecord
        {
            Id = JobId.New(),
            Started = DateTimeOffset.UtcNow,
            Words = line.Words,
            Folder = Environment.CurrentDirectory,
            Targets = targets,
            Command = work.Text,
            HasInput = parsed.CommandResult.Command.Options.Contains(CommandOptions.Stdin) && parsed.GetValue(CommandOptions.Stdin),
        };
        RunTarget[] all = [.. hosts.Select(host => new RunTarget(host, work.JobOf(record.Id, host)))];
        await using KeptRun run = Store.Create(record, all);
        if (inputOf is not null)
            run.TakeInput(inputOf);
        Task trimming = Task.Run(Store.Trim);
        int status = await runner.RunAsync(run, all, RunOrigin.New, work);
        await trimming;
        return status;
    }

    private static FleetConnections ConnectionsOf(FleetScreen screen, FleetOutput output)
    {
        Action<string> noticed = output.IsQuiet ? _ => { } : screen.Say;
        return new(screen, noticed);
    }

    // One request for all hosts if they are behind a broker, and else a call of each.
    private static FleetWork WorkOf(RunLine line, IReadOnlyList<string> hosts, FleetConnections connections, FleetScreen screen)
    {
        FleetWork calls = CallsOf(line, hosts, connections, screen);
        return calls is CommandWork commands && BroadcastPlan.Of(line.Whole(), hosts, commands) is { } plan
            ? new BroadcastWork(plan, commands)
            : calls;
    }

    private static FleetWork CallsOf(RunLine line, IReadOnlyList<string> hosts, FleetConnections connections, FleetScreen screen)
    {
        FleetWork calls = line.Words[0] switch
        {
            "put" or "get" => new TransferWork(line, connections, screen),
            _ => new CommandWork(line, connections),
        };
        calls.Prepare(hosts);
        return calls;
    }

    // Paths of the command line, such as that of a key, begin in the folder where it was given.
    private static RunLine LineOf(KeptRun run, OwnCommands own)
    {
        if (Directory.Exists(run.Record.Folder))
            Environment.CurrentDirectory = run.Record.Folder;
        return new(run.Record.Words, own.Read(run.Record.Words));
    }
}
