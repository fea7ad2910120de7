using RemoteShell.Cli.Client.Brokers;
using RemoteShell.Cli.Client.Encodings;
using RemoteShell.Client;
using RemoteShell.Fleet;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>A command on hosts behind a broker: one signed request for all of them.</summary>
/// <param name="plan">The hosts, and the request.</param>
/// <param name="tunnels">Calls a host by itself: to fetch output that does not fit into a result, and to end a job.</param>
internal sealed class BroadcastWork(BroadcastPlan plan, CommandWork tunnels) : FleetWork
{
    // Output that is fetched at once; each needs a process.
    private readonly SemaphoreSlim _fetches = new(16, 16);
    private BroadcastSession? _session;
    private RunBroadcast? _broadcast;

    // Why no host can be reached.
    private RemoteShellException? _failure;

    public override string Text => tunnels.Text;

    public override string JobOf(string run, string host)
        => RunBroadcast.JobOn(run, plan.NameOf(host), tunnels.Of(host).Connection.Identity!.PublicKey);

    // Each host waits without a file or a connection of its own.
    public override ScheduleOptions Limit(ScheduleOptions schedule, FleetScreen screen) => schedule with { Fanout = int.MaxValue };

    public override void Prepare(IReadOnlyCollection<string> hosts)
    {
        // The plan has prepared them.
    }

    public override async Task BeginAsync(FleetRound round, IReadOnlyList<RunTarget> targets)
    {
        _broadcast = round.Run.Request is { } kept ? RunBroadcast.Read(kept) : Make(round.Run);
        round.Run.Begin(targets);
        IEnumerable<string> names = targets.Select(target => plan.NameOf(target.Host));
        try
        {
            _session = await BroadcastSession.OpenAsync(plan.Arguments, _broadcast, names, round.Stop.Token);
            // What fails from now on may have been published.
            await _session.PublishAsync(plan.Arguments, _broadcast, plan.AnswerTime, round.Stop.Token);
        }
        catch (RemoteShellException e)
        {
            _failure = e;
        }
    }

    public override async Task<HostVerdict> RunAsync(FleetRound round, RunTarget target)
    {
        if (_failure is { } failure)
        {
            bool mayRun = _session is not null || round.Origin == RunOrigin.Resumed;
            VerdictKind kind = mayRun ? VerdictKind.Lost : VerdictKind.Unreachable;
            HostVerdict failed = BroadcastPlan.Without(target, kind, failure.Message, failure.Hint);
            await round.Run.KeepAsync(failed, output: null);
            return failed;
        }

        HostInbox inbox = _session!.InboxOf(plan.NameOf(target.Host));
        HostVerdict verdict;
        try
        {
            await foreach (PublishedResult published in inbox.ReadAllAsync(round.Stop.Token))
            {
                HostVerdict? ended = await TakeAsync(round, target, inbox, published);
                _session.Done(published);
                if (ended is not null)
                    return ended;
            }

            verdict = inbox.Untrusted is { } untrusted
                ? BroadcastPlan.Without(target, VerdictKind.HostKey, untrusted.Message, untrusted.Hint)
                : plan.Silent(target, _broadcast!.NotAfter);
        }
        catch (OperationCanceledException)
        {
            verdict = Stopped(target, inbox, round.Stop.Cause);
        }
        catch (RemoteShellException e)
        {
            verdict = BroadcastPlan.Without(target, VerdictKind.Lost, e.Message, e.Hint);
        }

        await round.Run.KeepAsync(verdict, output: null);
        return verdict;
    }

    public override Task<HostVerdict> KillAsync(FleetRound round, RunTarget target) => tunnels.KillAsync(round, target);

    // The results of hosts that are away come later.
    public override void End()
    {
        if (!plan.WaitsForHosts && _failure is null)
            _session?.End();
    }

    public override async ValueTask DisposeAsync()
    {
        if (_session is not null)
            await _session.DisposeAsync();
        _fetches.Dispose();
    }

    private RunBroadcast Make(KeptRun run)
    {
        string[] names = [.. run.Targets.Select(target => plan.NameOf(target.Host))];
        HostCommand first = tunnels.Of(run.Targets[0].Host);
        var broadcast = RunBroadcast.Make(run.Record.Id, names, first.Command, first.Connection, plan.Limits);
        run.KeepRequest(broadcast.Request.ToBytes());
        return broadcast;
    }

    // Null if it is not the host's own result: another one may have published it, and the host's comes later.
    private async Task<HostVerdict?> TakeAsync(FleetRound round, RunTarget target, HostInbox inbox, PublishedResult published)
    {
        var runner = new BroadcastRunner(round.Run, _broadcast!);
        if (runner.TryRead(published.Result, target, plan.NameOf(target.Host)) is not { } result)
            return null;
        TrustedResult trusted;
        try
        {
            trusted = await BroadcastRunner.TrustAsync(result, tunnels.Of(target.Host).Connection, round.Stop.Token);
        }
        catch (HostKeyException e)
        {
            inbox.AddUntrusted(e);
            return null;
        }

        inbox.Close();
        return await KeepAsync(round, target, runner, trusted);
    }

    private async Task<HostVerdict> KeepAsync(FleetRound round, RunTarget target, BroadcastRunner runner, TrustedResult trusted)
    {
        if (!BroadcastRunner.HasAllOutput(trusted.Result))
            return await FetchAsync(round, target);
        HostView shown = round.View.Begin(target, tunnels.NumberOf(target.Host));
        EncodedStreams streams = shown.Streams(input: null, tunnels.TextOf(target.Host));
        HostVerdict verdict = await runner.KeepAsync(target, trusted, streams.Streams, round.Stop.Token);
        streams.Finish();
        await CommandWork.CompleteAsync(shown, round.Stop.Token);
        return verdict;
    }

    // The job has ended, and its output is at the server.
    private async Task<HostVerdict> FetchAsync(FleetRound round, RunTarget target)
    {
        await _fetches.WaitAsync(round.Stop.Token);
        try
        {
            return await tunnels.RunAsync(round with { Origin = RunOrigin.Resumed }, target);
        }
        finally
        {
            _fetches.Release();
        }
    }

    private static HostVerdict Stopped(RunTarget target, HostInbox inbox, StopCause cause) => (cause, inbox.HasTaken) switch
    {
        (StopCause.Deadline, true) => BroadcastPlan.Without(
            target, VerdictKind.TimedOut, "still ran at the deadline, and may still run", hint: null),
        (StopCause.Deadline, false) => BroadcastPlan.Without(target, VerdictKind.Unreachable, "no answer at the deadline", hint: null),
        _ => BroadcastPlan.Without(target, VerdictKind.Lost, "the run was interrupted; its job may run", hint: null),
    };
}
