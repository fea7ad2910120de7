using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Jobs.Streaming;

/// <summary>Sends a range of a job's output to a watcher, from a copy: the job does not wait for it.</summary>
/// <param name="output">The output.</param>
/// <param name="from">The offset of the first byte.</param>
/// <param name="to">The offset after the last byte; null: to the end of the output, whenever that comes.</param>
internal sealed class OutputFollower(JobOutput output, long from, long? to)
{
    private const int PieceBytes = 256 * 1024;

    public long From => from;

    /// <summary>Returns where to begin: not before the first byte that is left, and not after the end of a complete output.</summary>
    /// <remarks>While the output is not complete, the offset may be beyond its end: the follower waits for the bytes.</remarks>
    public static long Begin(JobOutput output, long wanted)
    {
        // Read IsComplete before Length: once complete, Length is final.
        bool isComplete = output.IsComplete;
        return Math.Max(isComplete ? Math.Min(wanted, output.Length) : wanted, output.Start);
    }

    /// <summary>Sends the range.</summary>
    /// <exception cref="ChannelException">The watcher is too slow and the bytes were dropped, or the channel has ended.</exception>
    public async Task SendAsync(OutgoingStream stream, CancellationToken ended)
    {
        using PooledBytes piece = PooledBytes.Rent(PieceBytes);
        long position = from;
        while (to is null || position < to)
        {
            // Read IsComplete before the copy: then a copy of 0 bytes means the end.
            bool isComplete = output.IsComplete;
            int wanted = (int)Math.Min(PieceBytes, (to ?? long.MaxValue) - position);
            int count = await output.CopyAsync(position, piece.Memory[..wanted]);
            if (count < 0)
                throw Behind(stream, position);
            if (count == 0 && isComplete)
                break;
            if (count == 0)
                await output.GrownAsync(position, ended);
            else
                await stream.WriteAsync(piece.Memory[..count], ended);
            position += count;
        }

        stream.End();
    }

    private static ChannelException Behind(OutgoingStream stream, long position) => new(new CloseReason(
        ErrorCode.Behind,
        $"the bytes of {stream.Name} after offset {position} are no longer here: a job does not wait for watchers",
        "attach again to continue from now on, or run the job with --detach, which keeps all output"));
}
