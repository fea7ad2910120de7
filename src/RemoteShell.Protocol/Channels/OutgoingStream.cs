using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>A byte stream on its way out over one channel. One producer writes, and waits while the window is full.</summary>
public sealed class OutgoingStream
{
    private readonly FrameSender _sender;
    private readonly uint _channel;
    private readonly WriteSlot _turn = new();
    private readonly StreamDigest _digest;
    private readonly ReplayBuffer? _log;
    private readonly Lock _gate = new();

    // Under _gate.
    private long _size;
    private bool _hasEnded;

    internal OutgoingStream(FrameSender sender, uint channel, string name, SendWindow window, StreamDigest digest, ReplayBuffer? log, long size)
        => (_sender, _channel, Name, Window, _digest, _log, _size) = (sender, channel, name, window, digest, log, size);

    /// <summary>The stream's name on the wire.</summary>
    public string Name { get; }

    /// <summary>What was sent so far, on this channel and on those before it.</summary>
    public StreamTotal Sent => _digest.Current;

    internal SendWindow Window { get; }

    /// <summary>Sends the bytes in as many frames as it takes; they must stay as they are until then.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        while (bytes.Length > 0)
        {
            long offset = Window.Sent;
            int size = await Window.TakeAsync(Math.Min(bytes.Length, _sender.MaxBody), cancellationToken).ConfigureAwait(false);
            ReadOnlyMemory<byte> body = bytes[..size];
            Checksum checksum = Checksum.Of(body.Span);
            _digest.Append(offset, body.Span, checksum);
            StreamHeader.WriteData(_turn.Header, _channel, Name, offset, size, checksum);
            // A frame that has begun must end: it is given up with the connection only.
            await _sender.WriteAsync(_turn, body).ConfigureAwait(false);
            bytes = bytes[size..];
        }
    }

    /// <summary>Says that the stream ends here, with its total and digest; returns them.</summary>
    public StreamTotal End()
    {
        StreamTotal total = _digest.Current;
        if (_hasEnded || Window.HasFailed)
            return total;
        _hasEnded = true;
        StreamHeader.WriteEnd(_turn.Header, _channel, Name, total);
        _sender.Post(_turn.Header);
        return total;
    }

    // By the connection's read loop, and by whoever adds the stream where an update came early: a limit and its size belong together.
    internal void Extend(WindowUpdate update)
    {
        lock (_gate)
            ExtendHere(update);
    }

    private void ExtendHere(WindowUpdate update)
    {
        if (update.Size is > ReceiveWindow.Largest)
            throw new ChannelException(ErrorCode.BadRequest, $"a window of {update.Size} bytes for '{Name}', where at most {ReceiveWindow.Largest} are kept");
        if (update.Size > _size)
        {
            _size = update.Size.Value;
            _log?.Enlarge(_size);
        }

        Window.Extend(update.Limit);
        // A receiver's limit is its window beyond what it has consumed, so it acknowledges as well.
        _log?.Acknowledge(update.Limit - _size);
    }
}
