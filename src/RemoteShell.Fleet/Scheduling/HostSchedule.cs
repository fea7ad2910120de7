using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace RemoteShell.Fleet;

/// <summary>Begins the hosts of a run as its options say. Each host gets exactly one verdict.</summary>
/// <param name="options">How many at once, and in which batches.</param>
/// <param name="stop">Ends the run early: hosts that are not begun are skipped then.</param>
public sealed class HostSchedule(ScheduleOptions options, RunStop stop)
{
    private const string NotOk = "a canary is not ok";

    private readonly Lock _gate = new();
    private readonly Channel<HostVerdict> _verdicts = Channel.CreateUnbounded<HostVerdict>(new() { SingleReader = true });

    // Guarded by _gate: the hosts that run, with the time of their beginning.
    private readonly Dictionary<RunTarget, DateTimeOffset> _running = [];
    private int _failed = options.Failed;

    /// <summary>The hosts that run at this moment, the slowest first.</summary>
    public IReadOnlyList<RunningHost> Running
    {
        get
        {
            lock (_gate)
                return [.. _running.OrderBy(host => host.Value).Select(host => new RunningHost(host.Key, host.Value))];
        }
    }

    /// <summary>Runs all hosts, and yields each verdict when it is there. It may be called once.</summary>
    /// <param name="targets">The hosts, in their order, without <see cref="ScheduleOptions.Begun"/>.</param>
    /// <param name="work">Does what is to be done on one host, and returns its verdict. It throws only for a fault of the program.</param>
    /// <param name="cancellationToken">Leaves the hosts that run: nothing ends them.</param>
    public async IAsyncEnumerable<HostVerdict> RunAsync(
        IReadOnlyList<RunTarget> targets,
        Func<RunTarget, Task<HostVerdict>> work,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(work);
        Task running = Task.Run(() => RunAllAsync(targets, work), CancellationToken.None);
        await foreach (HostVerdict verdict in _verdicts.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            yield return verdict;
        await running.ConfigureAwait(false);
    }

    private async Task RunAllAsync(IReadOnlyList<RunTarget> targets, Func<RunTarget, Task<HostVerdict>> work)
    {
        try
        {
            int canary = Math.Min(options.Canary, targets.Count), allowed = options.MaxFail.Of(targets.Count);
            await RunBatchAsync(options.Begun, work, allowed: int.MaxValue).ConfigureAwait(false);
            if (options.OnlyCanariesBegun && Volatile.Read(ref _failed) > 0)
            {
                Skip(targets, Reason() ?? NotOk);
                return;
            }

            if (canary > 0 && !await RunBatchAsync([.. targets.Take(canary)], work, allowed: 0).ConfigureAwait(false))
            {
                Skip(targets.Skip(canary), Reason() ?? NotOk);
                return;
            }

            int size = Math.Max(1, options.Batch.Of(targets.Count));
            for (int begun = canary; begun < targets.Count; begun += size)
            {
                if (begun > 0)
                    await PauseAsync().ConfigureAwait(false);
                if (!await RunBatchAsync([.. targets.Skip(begun).Take(size)], work, allowed).ConfigureAwait(false))
                {
                    Skip(targets.Skip(begun + size), Reason() ?? TooMany());
                    return;
                }
            }
        }
        catch (Exception e)
        {
            _verdicts.Writer.TryComplete(e);
            throw;
        }
        finally
        {
            _verdicts.Writer.TryComplete();
        }
    }

    // False if no further host may be begun. The hosts of the batch that were not begun are skipped then.
    private async Task<bool> RunBatchAsync(IReadOnlyList<RunTarget> batch, Func<RunTarget, Task<HostVerdict>> work, int allowed)
    {
        using var slots = new SemaphoreSlim(options.Fanout);
        List<Task> tasks = [];
        int begun = 0;
        for (; begun < batch.Count; begun++)
        {
            if (!await EnterAsync(slots).ConfigureAwait(false))
                break;
            if (Volatile.Read(ref _failed) > allowed)
            {
                slots.Release();
                break;
            }

            tasks.Add(RunHostAsync(batch[begun], work, slots));
        }

        // Before those that run end: a user who waits sees at once who is not begun.
        Skip(batch.Skip(begun), Reason() ?? TooMany());
        await Task.WhenAll(tasks).ConfigureAwait(false);
        return stop.Cause == StopCause.None && Volatile.Read(ref _failed) <= allowed;
    }

    private async Task<bool> EnterAsync(SemaphoreSlim slots)
    {
        try
        {
            await slots.WaitAsync(stop.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task RunHostAsync(RunTarget target, Func<RunTarget, Task<HostVerdict>> work, SemaphoreSlim slots)
    {
        lock (_gate)
            _running.Add(target, DateTimeOffset.UtcNow);
        try
        {
            HostVerdict verdict = await Task.Run(() => work(target), CancellationToken.None).ConfigureAwait(false);
            if (verdict.Kind != VerdictKind.Ok)
                Interlocked.Increment(ref _failed);
            _verdicts.Writer.TryWrite(verdict);
        }
        finally
        {
            lock (_gate)
                _running.Remove(target);
            slots.Release();
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(options.Pause, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The next batch is skipped.
        }
    }

    private void Skip(IEnumerable<RunTarget> targets, string reason)
    {
        foreach (RunTarget target in targets)
            _verdicts.Writer.TryWrite(HostVerdict.Skipped(target, reason));
    }

    private string TooMany()
    {
        int failed = Volatile.Read(ref _failed);
        return $"{failed} {(failed == 1 ? "host" : "hosts")} failed, and at most {options.MaxFail} may";
    }

    private string? Reason() => stop.Cause switch
    {
        StopCause.Deadline => "not begun at the deadline",
        StopCause.User => "not begun when the run was interrupted",
        StopCause.Fault => "not begun when the client failed",
        _ => null,
    };
}
