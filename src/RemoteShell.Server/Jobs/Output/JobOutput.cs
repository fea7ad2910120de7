namespace RemoteShell.Server.Jobs.Output;

/// <summary>What a job has written to one of its streams, by absolute offsets. Watchers copy from it, each at a pace of its own.</summary>
internal abstract class JobOutput : IDisposable
{
    /// <summary>The first byte that is still there.</summary>
    public abstract long Start { get; }

    /// <summary>Bytes written so far.</summary>
    public abstract long Length { get; }

    /// <summary>Whether nothing follows.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>Whether the job waits for room.</summary>
    public abstract bool IsPaused { get; }

    /// <summary>Copies at most as many bytes as the target takes.</summary>
    /// <returns>How many; 0 at the end of what there is, -1 where the offset is no longer there.</returns>
    public abstract ValueTask<int> CopyAsync(long offset, Memory<byte> target);

    /// <summary>Completes when there are more than so many bytes, or nothing follows.</summary>
    public abstract Task GrownAsync(long length, CancellationToken cancellationToken);

    /// <summary>Says that nothing follows.</summary>
    public abstract void Complete();

    /// <summary>Forgets what was written; no reader may be at work.</summary>
    public abstract void Dispose();
}
