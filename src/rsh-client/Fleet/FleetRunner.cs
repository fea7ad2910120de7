using System.CommandLine;
using RemoteShell.Cli.Client.Input;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Failures;
using RemoteShell.Fleet;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Runs a kept run, or the rest of one: its hosts, what is shown, Ctrl+C, and the exit status.</summary>
/// <param name="line">The command line of the run.</param>
/// <param name="parsed">The same, read.</param>
/// <param name="output">How results are shown.</param>
/// <param name="screen">Where they are shown.</param>
internal sealed class FleetRunner(RunLine line, ParseResult parsed, FleetOutput output, FleetScreen screen) : IDisposable
{
    // How long a run that ends early waits for the reader of its output.
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(1);

    private readonly RunStop _stop = new();
    private readonly bool _isGrouped = FleetOptions.IsGrouped(parsed) || FleetOptions.IsDiff(parsed);

    // Whether the output of all hosts could be shown, or written to files.
    private bool _isShown = true;

    /// <summary>Runs hosts of a run, and returns the exit status of the whole run.</summary>
    /// <param name="run">The run, which this client has taken.</param>
    /// <param name="targets">The hosts.</param>
    /// <param name="origin">Whether an earlier client may have begun.</param>
    /// <param name="work">What is done on each of them; it is prepared.</param>
    public async Task<int> RunAsync(KeptRun run, IReadOnlyList<RunTarget> targets, RunOrigin origin, FleetWork work)
    {
        var round = new FleetRound(run, origin, _stop, ViewOf(), new(run, line));
        ScheduleOptions options = FleetOptions.Schedule(parsed);
        if (FleetOptions.DeadlineOf(parsed) is { } deadline)
            _stop.After(deadline);
        if (origin == RunOrigin.Resumed)
            options = options.Resuming(run, targets);
        await work.BeginAsync(round, targets);
        int status = await ScheduleAsync(round, work.Limit(options, screen), targets, target => work.RunAsync(round, target));
        work.End();
        return status;
    }

    /// <summary>Ends what an earlier client has begun on hosts of a run, and returns the exit status of the whole run.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public Task<int> KillAsync(KeptRun run, IReadOnlyList<RunTarget> targets, FleetWork work)
    {
        var round = new FleetRound(run, RunOrigin.Resumed, _stop, new SilentView(), new(run, line));
        // Neither canaries, nor failures, nor a deadline keep the others from being ended.
        var options = new ScheduleOptions { Fanout = FleetOptions.Schedule(parsed).Fanout };
        return ScheduleAsync(round, HostLimit.Apply(options, screen), targets, target => work.KillAsync(round, target));
    }

    public void Dispose() => _stop.Dispose();

    private FleetView ViewOf()
    {
        FleetView? shown = (output.IsJson, FleetOptions.IsGrouped(parsed), FleetOptions.IsDiff(parsed)) switch
        {
            (true, false, false) => new JsonView(screen, totals => FleetOptions.StatusOf(parsed, totals)),
            (false, true, false) => new GroupView(screen),
            (false, false, true) => new DiffView(screen),
            (false, false, false) => null,
            _ => throw new FormatException("--json, --group and --diff cannot be used together"),
        };
        if (FleetOptions.FolderOf(parsed) is not { } folder)
            return shown ?? (output.IsSilent ? new SilentView() : new LiveView(screen));
        var files = new FolderView(folder);
        files.Create();
        return shown is null ? files : new CombinedView(shown, files);
    }

    private async Task<int> ScheduleAsync(
        FleetRound round, ScheduleOptions options, IReadOnlyList<RunTarget> targets, Func<RunTarget, Task<HostVerdict>> work)
    {
        var schedule = new HostSchedule(options, _stop);
        var status = new FleetStatus(screen, schedule, targets.Count);
        using var interrupts = new Interrupts();
        interrupts.PassTo(() => screen.Say($"{status.RunningText()}; press Ctrl+C again to end them"));
        await using CancellationTokenRegistration user = interrupts.Cancelled.Register(() => _stop.Now(StopCause.User));
        await using CancellationTokenRegistration broken = screen.Broken.Register(() => _stop.Now(StopCause.Fault));
        using var over = new CancellationTokenSource();
        Task[] beside = [status.ShowAsync(over.Token), CopyInputAsync(round.Run, over.Token)];
        IReadOnlyList<RunTarget> others = options.Begun.Count == 0 ? targets : [.. targets.Except(options.Begun)];
        await foreach (HostVerdict ended in schedule.RunAsync(others, work))
        {
            HostVerdict verdict = ended.Kind == VerdictKind.Skipped ? await KeepSkippedAsync(round.Run, ended) : ended;
            status.Note(verdict);
            await TellAsync(verdict);
            await ShowAsync(() => round.View.EndAsync(verdict, round.Output));
        }

        await over.CancelAsync();
        await Task.WhenAll(beside);
        return await FinishAsync(round);
    }

    // A job that an earlier client has begun may run, although this client has not asked for it.
    private static async Task<HostVerdict> KeepSkippedAsync(KeptRun run, HostVerdict skipped)
    {
        if (run.IsKept(skipped))
            return skipped;
        RunTarget target = run.TargetOf(skipped.Host);
        HostVerdict verdict = run.MayHaveBegun(target) ? HostVerdict.NotAsked(target) : skipped;
        await run.KeepAsync(verdict, output: null);
        return verdict;
    }

    private async Task<int> FinishAsync(FleetRound round)
    {
        round.Run.End();
        var totals = new RunTotals(round.Run.Verdicts);
        await ShowAsync(() => round.View.FinishAsync(totals, round.Output));
        await DrainAsync();
        if (screen.Failure is { } broken)
            throw broken;
        if (!output.IsJson && (!output.IsQuiet || !totals.AreAllOk))
            FleetSummary.Show(totals, round.Run, screen);

        if (round.Run.Failure is { } failure)
            screen.Say($"the run {round.Run.Record.Id} is not kept as a whole: {failure.Message}");
        return _isShown ? FleetOptions.StatusOf(parsed, totals) : ExitStatus.NoConnection;
    }

    // The message about a host comes after its lines. A reader that stops reading does not keep the run from ending.
    private async Task DrainAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Cause == StopCause.None ? _stop.Token : default);
        if (_stop.Cause != StopCause.None)
            limit.CancelAfter(LastMoment);
        try
        {
            await screen.DrainAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // It is shown later, or never.
        }
    }

    // All output is kept, so that a file that cannot be written ends no command.
    private async Task ShowAsync(Func<Task> show)
    {
        try
        {
            await show();
        }
        catch (Exception e) when (FileFailure.Is(e) || e is RemoteShellException)
        {
            if (_isShown)
                screen.Say(FileFailure.Is(e) ? FileFailure.Describe(e) : e.Message);
            _isShown = false;
        }
    }

    private static Task CopyInputAsync(KeptRun run, CancellationToken cancellationToken)
        => run.Record.HasInput && !run.Input.IsWhole
            ? Task.Run(() => CopyAsync(run.Input, cancellationToken), CancellationToken.None)
            : Task.CompletedTask;

    private static async Task CopyAsync(RunInput input, CancellationToken cancellationToken)
    {
        try
        {
            await input.CopyAsync(StandardStreams.Input, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // All hosts have ended, and none reads further.
        }
    }

    // Others are in the totals only: of a thousand hosts that are skipped, no line for each is wanted.
    private async Task TellAsync(HostVerdict verdict)
    {
        if (output.IsJson || _isGrouped || verdict.Kind is VerdictKind.Ok or VerdictKind.Skipped)
            return;
        await DrainAsync();
        if (screen.Failure is not null)
            return;
        string reason = verdict.Reason is { } text ? $": {text}" : "";
        screen.Say($"{verdict.Host}: {verdict.Text}{reason}");
    }
}
