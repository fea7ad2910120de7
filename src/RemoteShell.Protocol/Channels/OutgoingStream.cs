using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>A byte stream that this side sends on one channel. One producer writes, and waits while the window is full.</summary>
public sealed class OutgoingStream
{
    // They wait in the memory of the writer's messages, and not in a window.
    private const int MaxPosted = 8 * 1024;

    private readonly FrameSender _sender;
    private readonly uint _channel;
    private readonly WriteSlot _slot = new();
    private readonly StreamDigest _digest;
    private readonly ReplayBuffer? _buffer;
    private readonly Lock _gate = new();

    private readonly long _firstSize;

    // Guarded by _gate, except _hasEnded, which only the producer uses.
    private long _size;
    private bool _hasEnded;

    internal OutgoingStream(
        FrameSender sender, uint channel, string name, SendWindow window, StreamDigest digest, ReplayBuffer? buffer, long size)
    {
        (_sender, _channel, Name, Window, _digest, _buffer) = (sender, channel, name, window, digest, buffer);
        (_firstSize, _size) = (size, size);
    }

    /// <summary>The stream's name on the wire.</summary>
    public string Name { get; }

    /// <summary>Total and digest of the bytes sent so far, on this channel and on those before it.</summary>
    public StreamTotal Sent => _digest.Current;

    internal SendWindow Window { get; }

    /// <summary>Sends the bytes in as many frames as needed. They must not change until the task ends.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        while (bytes.Length > 0)
        {
            long offset = Window.Sent;
            int size = await Window.TakeAsync(Math.Min(bytes.Length, _sender.PeerLimits.MaxBody), cancellationToken).ConfigureAwait(false);
            ReadOnlyMemory<byte> body = bytes[..size];
            Checksum checksum = Checksum.Of(body.Span);
            _digest.Append(offset, body.Span, checksum);
            StreamHeader.WriteData(_slot.Header, _channel, Name, offset, size, checksum);
            // The token does not cancel a frame: half a frame would corrupt the connection. Only the connection's end cancels it.
            await _sender.WriteAsync(_slot, body).ConfigureAwait(false);
            bytes = bytes[size..];
        }
    }

    /// <summary>Sends a few bytes, in the same write as what follows at once, and waits for nothing.</summary>
    /// <returns>False, and nothing is sent, if they are more than 8 KiB, or the window has no room for all of them.</returns>
    public bool TryPost(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Math.Min(MaxPosted, _sender.PeerLimits.MaxBody))
            return false;
        long offset = Window.Sent;
        if (!Window.TryTake(bytes.Length))
            return false;
        if (bytes.Length == 0)
            return true;
        Checksum checksum = Checksum.Of(bytes);
        _digest.Append(offset, bytes, checksum);
        StreamHeader.WriteData(_slot.Header, _channel, Name, offset, bytes.Length, checksum);
        _sender.PostGathered(_slot.Header, bytes);
        return true;
    }

    /// <summary>Sends <c>end</c> with the stream's total and digest, and returns them.</summary>
    public StreamTotal End()
    {
        StreamTotal total = _digest.Current;
        if (_hasEnded || Window.HasFailed)
            return total;
        _hasEnded = true;
        StreamHeader.WriteEnd(_slot.Header, _channel, Name, total);
        _sender.PostGathered(_slot.Header);
        return total;
    }

    // The connection's read loop calls this, and so does Channel.AddOutgoing for an early update. The lock keeps limit and size together.
    internal void Extend(WindowUpdate update)
    {
        lock (_gate)
            ExtendLocked(update);
    }

    private void ExtendLocked(WindowUpdate update)
    {
        if (update.Size < _firstSize)
        {
            throw new ChannelException(
                ErrorCode.BadRequest,
                $"the window of '{Name}' shrinks to {update.Size} bytes; it had {_firstSize} at first, and never has fewer");
        }

        if (update.Size is { } size && size != _size)
        {
            _size = size;
            _buffer?.Resize(size);
        }

        Window.Extend(update.Limit);
        // The limit is the receiver's window beyond what it has consumed, so it acknowledges as well.
        _buffer?.Acknowledge(update.Limit - _size);
    }
}
