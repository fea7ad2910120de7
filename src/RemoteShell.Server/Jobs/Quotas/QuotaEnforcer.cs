using System.Collections.Concurrent;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Jobs.Quotas;

/// <summary>Enforces the quotas of detached jobs.</summary>
/// <remarks>Detached jobs write into files without asking, so their files are measured: the nearer to a limit, the more often.</remarks>
internal sealed class QuotaEnforcer(JobTable table, OutputQuota quota)
{
    // No process writes faster into a file, in bytes a ms. Measured: 3.4 GB/s into memory.
    private const long FastestWriter = 4_000_000;

    private const int BlockSize = 4096;

    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(2);
    private readonly SemaphoreSlim _begun = new(0);
    private readonly ConcurrentDictionary<Job, bool> _recovered = new();

    /// <summary>Adds a job that still ran when the server started; the earlier server may have paused it.</summary>
    public void AddRecovered(Job job)
    {
        _recovered[job] = true;
        Wake();
    }

    /// <summary>Measures now, since a job has begun and it is not known how fast it writes.</summary>
    public void Wake() => _begun.Release();

    /// <summary>Measures until the token is cancelled, and calls <paramref name="prune"/> at intervals.</summary>
    public async Task RunAsync(Action prune, Func<TimeSpan> pruneInterval, CancellationToken stopped)
    {
        long pruned = Environment.TickCount64;
        while (true)
        {
            await ((Task)_begun.WaitAsync(Measure(), stopped)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopped.IsCancellationRequested)
                return;
            if (Environment.TickCount64 - pruned < pruneInterval().TotalMilliseconds)
                continue;
            prune();
            pruned = Environment.TickCount64;
        }
    }

    // Returns how long no job can reach a limit.
    private TimeSpan Measure()
    {
        Job[] detached = [.. table.All.Where(job => job.Record.Detached)];
        long used = detached.Sum(Used);
        quota.Detached = used;
        long left = quota.Total - used - quota.Used;
        foreach (Job job in detached.Where(job => job.Ending is null))
        {
            long own = LimitOf(job) - Used(job);
            // A job that has written nothing takes no room of others.
            bool isFull = own <= 0 || (left <= 0 && Used(job) > 0);
            if (isFull && job.Record.OnFull == OnFull.DropOldest && TryDrop(job))
                isFull = false;
            Enforce(job, own, isFull);
            if (!isFull)
                left = Math.Min(left, own);
        }

        if (detached.All(job => job.Ending is not null))
            return LongestInterval;
        TimeSpan safe = TimeSpan.FromMilliseconds(Math.Max(left, 0) / FastestWriter / 2);
        if (left <= 0 || safe < ShortestInterval)
            return ShortestInterval;
        return safe < LongestInterval ? safe : LongestInterval;
    }

    private void Enforce(Job job, long own, bool isFull)
    {
        bool isPaused = job.Streams.Values.First().IsPaused;
        if (isFull && job.Record.OnFull == OnFull.Kill)
        {
            job.End(EndCause.ByPolicy(own <= 0
                ? "on-full kill: its output reached its quota"
                : "on-full kill: the output of all jobs together reached their quota"));
        }
        else if ((isFull != isPaused || _recovered.ContainsKey(job)) && (!isFull || job.Cause is null))
        {
            SetPaused(job, isFull);
        }

        _recovered.TryRemove(job, out _);
    }

    private static void SetPaused(Job job, bool isPaused)
    {
        if (!job.Signal(SignalName.ToNumber(isPaused ? "STOP" : "CONT")!.Value))
            return;
        foreach (JobOutput output in job.Streams.Values)
            output.SetPaused(isPaused);
    }

    private bool TryDrop(Job job)
    {
        JobOutput largest = job.Streams.Values.MaxBy(Size)!;
        long count = Math.Min(Math.Max(LimitOf(job) / 4, BlockSize), Size(largest));
        // The file system frees whole blocks only.
        count -= (largest.Start + count) % BlockSize;
        return count > 0 && largest.TryDrop(count);
    }

    private long LimitOf(Job job) => job.Record.OutputQuota ?? quota.PerJob;

    private static long Used(Job job) => job.Streams.Values.Sum(Size);

    private static long Size(JobOutput output) => output.Length - output.Start;
}
