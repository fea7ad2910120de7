using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>A byte stream on its way out over one channel. One producer writes, and waits while the window is full.</summary>
public sealed class OutgoingStream
{
    private readonly FrameSender _sender;
    private readonly uint _channel;
    private readonly FrameTurn _turn = new();
    private readonly StreamDigest _digest;
    private readonly Action<long>? _extended;
    private bool _hasEnded;

    internal OutgoingStream(FrameSender sender, uint channel, string name, SendWindow window, StreamDigest digest, Action<long>? extended)
        => (_sender, _channel, Name, Window, _digest, _extended) = (sender, channel, name, window, digest, extended);

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
            _digest.Append(offset, body.Span);
            StreamHeader.WriteData(_turn.Header, _channel, Name, offset, size, Checksum.Of(body.Span));
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

    internal void Extend(long limit)
    {
        Window.Extend(limit);
        _extended?.Invoke(limit);
    }
}
