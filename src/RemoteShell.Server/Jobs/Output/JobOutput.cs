using RemoteShell.Protocol.Channels;

namespace RemoteShell.Server.Jobs.Output;

/// <summary>What a job has written to one of its streams, by absolute byte offsets. Watchers copy from it, each at its own pace.</summary>
internal abstract class JobOutput : IDisposable
{
    /// <summary>The offset of the first byte that is still there.</summary>
    public abstract long Start { get; }

    /// <summary>Bytes written so far, with those that were dropped.</summary>
    public abstract long Length { get; }

    /// <summary>Whether the job writes nothing more to the stream; <see cref="Length"/> is final then.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>Whether the job is paused at a quota.</summary>
    public abstract bool IsPaused { get; }

    /// <summary>Copies at most as many bytes as the target takes.</summary>
    /// <returns>The number of bytes; 0 at the end of what is there, -1 if the byte at the offset was dropped.</returns>
    public abstract ValueTask<int> CopyAsync(long offset, Memory<byte> target);

    /// <summary>Completes when there are more than <paramref name="length"/> bytes, or the output is complete.</summary>
    public abstract Task GrownAsync(long length, CancellationToken cancellationToken);

    /// <summary>Marks the output as complete.</summary>
    public abstract void Complete();

    /// <summary>Drops the output; no reader may be at work.</summary>
    public abstract void Dispose();

    /// <summary>Lets the job write on without a client: what memory does not hold goes to the spill file.</summary>
    /// <remarks>Does nothing if the output is a file.</remarks>
    public virtual void StartSpilling(Func<ISpillTarget> create)
    {
    }

    /// <summary>Moves the output from memory to the spill file, as far as there is room.</summary>
    /// <remarks>Does nothing if the output is a file.</remarks>
    public virtual Task StoreAsync() => Task.CompletedTask;

    /// <summary>Frees the memory and the spill file, since no client reads them any more.</summary>
    /// <remarks>Does nothing if the output is a file, which is kept.</remarks>
    public virtual void Release()
    {
    }

    /// <summary>Lets a job that is paused check again whether there is room. Does nothing if the job does not check itself.</summary>
    public virtual void RetryPaused()
    {
    }

    /// <summary>Notes that the job was paused, or resumed, by a signal. Does nothing if the output pauses the job itself.</summary>
    public virtual void SetPaused(bool isPaused)
    {
    }

    /// <summary>Drops the oldest bytes of a file; false if that is not possible.</summary>
    public virtual bool TryDrop(long count) => false;
}
