using RemoteShell.Protocol.Channels;

namespace RemoteShell.Server.Jobs.Output;

/// <summary>The output of a job that lives with the server: a buffer in memory, and a spill file while the client is away.</summary>
/// <param name="capacity">Bytes that memory holds for a small window.</param>
/// <param name="digest">The algorithm of the stream's digest.</param>
/// <param name="tail">Bytes kept after they were acknowledged, for a client that takes the job over.</param>
/// <param name="budget">Where the memory of a large window is taken from.</param>
internal sealed class MemoryOutput(long capacity, string digest, long tail, WindowBudget budget) : JobOutput
{
    /// <summary>The bytes. The controlling client is their only reader.</summary>
    public ReplayBuffer Bytes { get; } = new(capacity, from: 0, tail, budget);

    /// <summary>The digest of what was sent to the controlling client, from the stream's beginning, over all its channels.</summary>
    public StreamDigest Digest { get; } = new(digest);

    public override long Start => Bytes.Start;

    public override long Length => Bytes.Length;

    public override bool IsComplete => Bytes.IsComplete;

    public override bool IsPaused => Bytes.IsPaused;

    public override ValueTask<int> CopyAsync(long offset, Memory<byte> target) => Bytes.CopyAsync(offset, target);

    public override Task GrownAsync(long length, CancellationToken cancellationToken)
        => Bytes.GrownAsync(length).WaitAsync(cancellationToken);

    public override void Complete() => Bytes.Complete();

    public override void StartSpilling(Func<ISpillTarget> create) => Bytes.StartSpilling(create);

    public override Task StoreAsync() => Bytes.StoreAsync();

    public override void Release() => Dispose();

    public override void RetryPaused() => Bytes.Retry();

    // While the command still writes, its memory is in use.
    public override void Dispose()
    {
        if (Bytes.IsComplete)
            Bytes.Dispose();
        else
            Bytes.Discard();
    }
}
