using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Jobs.Streaming;

/// <summary>Sends a stretch of a job's log to somebody who only looks on, from a copy: the job does not wait for it.</summary>
/// <param name="log">What is looked at.</param>
/// <param name="from">The first byte.</param>
/// <param name="to">Behind the last byte; null: to the log's end, which may be far off.</param>
internal sealed class OutputFollower(JobOutput log, long from, long? to)
{
    private const int Piece = 256 * 1024;

    public long From => from;

    /// <summary>Where to begin: what is gone cannot be had, and what is not written yet is waited for while something may come.</summary>
    public static long Begin(JobOutput log, long wanted)
    {
        // In this order: a log that is complete has its length.
        bool isComplete = log.IsComplete;
        return Math.Max(isComplete ? Math.Min(wanted, log.Length) : wanted, log.Start);
    }

    /// <exception cref="ChannelException">The watcher is too slow, or the channel has ended.</exception>
    public async Task SendAsync(OutgoingStream stream, CancellationToken ended)
    {
        using PooledBytes piece = PooledBytes.Rent(Piece);
        long position = from;
        while (to is null || position < to)
        {
            // In this order: what is written before the log is complete is read.
            bool isComplete = log.IsComplete;
            int wanted = (int)Math.Min(Piece, (to ?? long.MaxValue) - position);
            int count = await log.CopyAsync(position, piece.Memory[..wanted]);
            if (count < 0)
                throw new ChannelException(new CloseReason(ErrorCode.Behind, $"what comes after byte {position} of {stream.Name} is no longer there: the job does not wait for those who only look on", "attach again from now on, or run it with --detach, which keeps all output"));
            if (count == 0 && isComplete)
                break;
            if (count == 0)
                await log.GrownAsync(position, ended);
            else
                await stream.WriteAsync(piece.Memory[..count], ended);
            position += count;
        }

        stream.End();
    }
}
