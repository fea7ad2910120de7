using RemoteShell.Protocol.Channels;

namespace RemoteShell.Server.Jobs.Output;

/// <summary>The log of a job that lives with the server: memory for its client, and a file for what the client is not there to take.</summary>
/// <param name="capacity">Bytes that are held in memory.</param>
/// <param name="digest">The algorithm of the stream's digest.</param>
/// <param name="tail">Bytes that are kept for whoever takes the job over.</param>
internal sealed class MemoryOutput(long capacity, string digest, long tail = 0) : JobOutput
{
    /// <summary>The bytes. The job's own client is their one reader.</summary>
    public ReplayBuffer Bytes { get; } = new(capacity, tail: tail);

    /// <summary>What was sent to the job's client, counted from the stream's beginning over all its channels.</summary>
    public StreamDigest Digest { get; } = new(digest);

    public override long Start => Bytes.Start;

    public override long Length => Bytes.Length;

    public override bool IsComplete => Bytes.IsComplete;

    public override bool IsPaused => Bytes.IsPaused;

    public override ValueTask<int> CopyAsync(long offset, Memory<byte> target) => Bytes.CopyAsync(offset, target);

    public override Task GrownAsync(long length, CancellationToken cancellationToken) => Bytes.GrownAsync(length).WaitAsync(cancellationToken);

    public override void Complete() => Bytes.Complete();

    // While the command still writes, its memory is in use.
    public override void Dispose()
    {
        if (Bytes.IsComplete)
            Bytes.Dispose();
        else
            Bytes.Discard();
    }
}
