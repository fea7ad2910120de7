using System.Collections.Concurrent;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Jobs.Quotas;

/// <summary>Holds detached jobs to their quotas. They write into files without asking, so their files are looked at: the oftener, the nearer they are to the limit.</summary>
internal sealed class QuotaEnforcer(JobTable table, OutputQuota quota)
{
    // No process writes faster into a file than this, in bytes a millisecond; measured: 3.4 GB/s into memory.
    private const long FastestWriter = 4_000_000;

    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Fastest = TimeSpan.FromMilliseconds(2);
    private readonly SemaphoreSlim _begun = new(0);
    private readonly ConcurrentDictionary<Job, bool> _found = new();

    /// <summary>A job was found running that the server before may have held.</summary>
    public void Found(Job job)
    {
        _found[job] = true;
        Wake();
    }

    /// <summary>A job has begun, and nobody knows how fast it writes.</summary>
    public void Wake() => _begun.Release();

    /// <summary>Looks until the token ends it; now and then calls <paramref name="prune"/>.</summary>
    public async Task RunAsync(Action prune, TimeSpan pruneEvery, CancellationToken stopped)
    {
        long pruned = Environment.TickCount64;
        while (true)
        {
            await ((Task)_begun.WaitAsync(Look(), stopped)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopped.IsCancellationRequested)
                return;
            if (Environment.TickCount64 - pruned < pruneEvery.TotalMilliseconds)
                continue;
            prune();
            pruned = Environment.TickCount64;
        }
    }

    // Until when nothing can have reached a limit.
    private TimeSpan Look()
    {
        Job[] detached = [.. table.All.Where(job => job.Record.Detached)];
        long used = quota.Detached = detached.Sum(Used);
        long left = quota.Total - used - quota.Used;
        foreach (Job job in detached.Where(job => job.Ending is null))
        {
            long own = quota.Job - Used(job);
            // Who has written nothing takes nobody's room.
            bool isFull = own <= 0 || (left <= 0 && Used(job) > 0);
            if (isFull && job.Record.OnFull == OnFull.DropOldest && TryDrop(job))
                isFull = false;
            Hold(job, own, isFull);
            if (!isFull)
                left = Math.Min(left, own);
        }

        if (detached.All(job => job.Ending is not null))
            return Slowest;
        TimeSpan safe = TimeSpan.FromMilliseconds(Math.Max(left, 0) / FastestWriter / 2);
        return left <= 0 || safe < Fastest ? Fastest : safe < Slowest ? safe : Slowest;
    }

    private void Hold(Job job, long own, bool isFull)
    {
        FileOutput[] logs = [.. job.Streams.Values.OfType<FileOutput>()];
        if (isFull && job.Record.OnFull == OnFull.Kill)
            job.End(EndCause.ByPolicy(own <= 0 ? "on-full kill: what it has written reached its quota" : "on-full kill: what all jobs together have written reached their quota"));
        else if ((isFull != logs[0].HeldByQuota || _found.ContainsKey(job)) && (!isFull || job.Cause is null))
            Stop(job, logs, isFull);
        _found.TryRemove(job, out _);
    }

    private static void Stop(Job job, FileOutput[] logs, bool isFull)
    {
        if (!job.Signal(SignalName.ToNumber(isFull ? "STOP" : "CONT")!.Value))
            return;
        foreach (FileOutput log in logs)
            log.HeldByQuota = isFull;
    }

    private bool TryDrop(Job job)
    {
        FileOutput log = job.Streams.Values.OfType<FileOutput>().MaxBy(log => log.Length - log.Start)!;
        long count = Math.Min(Math.Max(quota.Job / 4, 4096), log.Length - log.Start);
        // Only whole blocks give their room back.
        count -= (log.Start + count) % 4096;
        return count > 0 && log.TryDrop(count);
    }

    private static long Used(Job job) => job.Streams.Values.Sum(log => log.Length - log.Start);
}
