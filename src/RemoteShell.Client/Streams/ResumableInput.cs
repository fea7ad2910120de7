using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Streams;

/// <summary>A command's standard input: read once, and buffered until the server acknowledges it.</summary>
/// <param name="source">The source of the bytes.</param>
/// <param name="digest">The algorithm of the digest.</param>
/// <param name="from">The offset of the first byte.</param>
/// <param name="skipped">How many of the first bytes the server has from an earlier process. They are only digested.</param>
internal sealed class ResumableInput(Stream source, string digest, long from = 0, long skipped = 0)
{
    private const int Capacity = 1024 * 1024;

    private readonly ReplayBuffer _log = new(Capacity, from + skipped);
    private readonly StreamDigest _digest = new(digest, from);

    /// <summary>The stream's name on the wire. Default: <c>stdin</c>.</summary>
    public string Name { get; init; } = "stdin";

    /// <summary>Whether the digest starts where each channel resumes, and not at the beginning. Default: no.</summary>
    public bool DigestsEachChannel { get; init; }

    /// <summary>The offset of the first byte that the server has not acknowledged.</summary>
    public long Start => _log.Start;

    /// <summary>Reads the source to its end.</summary>
    /// <exception cref="ChannelException">The source cannot be read. The command must not take this for the end of its input.</exception>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await SkipAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            Memory<byte> room = await _log.GetMemoryAsync(cancellationToken).ConfigureAwait(false);
            int count = await ReadAsync(room, cancellationToken).ConfigureAwait(false);
            if (count == 0)
                break;
            _log.Commit(count);
        }

        _log.Complete();
    }

    /// <summary>Sends the bytes that the server does not have, until the channel ends.</summary>
    public async Task SendAsync(Channel channel, OpenedMessage opened)
    {
        StreamPosition position = opened.Position ?? new(0);
        if (!_log.ResumeAt(position.From) || opened.Window is < 0 or > ReceiveWindow.MaxSize)
        {
            string text = $"the server asks for standard input from byte {position.From} "
                + $"with a window of {opened.Window}, which is invalid";
            throw new UnverifiedOutputException(text);
        }

        // The server acknowledges in steps of half of its window, so the buffer must hold that much.
        _log.EnsureCapacity(opened.Window);
        var window = new SendWindow(position with { Limit = position.FirstLimit(opened.Window) });
        OutgoingStream stream = channel.AddOutgoing(
            Name, window, DigestsEachChannel ? new(digest, position.From) : _digest, _log, opened.Window);
        await ReplaySender.SendAsync(_log, stream, channel.Ended).ConfigureAwait(false);
    }

    // Before the first byte is in the log, so that nothing is sent, and nothing else is digested, meanwhile.
    private async Task SkipAsync(CancellationToken cancellationToken)
    {
        long count;
        try
        {
            count = await ReceivedBytes.AppendAsync(source, _digest, skipped, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw Unreadable(e);
        }

        if (count < skipped)
        {
            string text = $"standard input has only {count} bytes, and the server already has {skipped} from an earlier process";
            throw new ChannelException(new CloseReason(ErrorCode.Internal, text));
        }
    }

    private async ValueTask<int> ReadAsync(Memory<byte> room, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(room, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw Unreadable(e);
        }
    }

    private static bool IsUnreadable(Exception e) => e is IOException or ObjectDisposedException or UnauthorizedAccessException;

    private static ChannelException Unreadable(Exception e)
        => new(new CloseReason(ErrorCode.Internal, $"standard input cannot be read: {e.Message}"), e);
}
