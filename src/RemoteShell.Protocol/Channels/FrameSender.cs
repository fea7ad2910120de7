using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>Sends frames for the channels and streams of a connection, which do not see the connection itself.</summary>
internal sealed class FrameSender(FrameWriter writer, Action<CloseReason> end)
{
    // A message has at most two texts for people. A character takes at most 6 bytes, and the other fields a few hundred.
    private const int TextShare = 16;

    private long _lastSent = Environment.TickCount64;

    /// <summary>When bytes of a stream were last sent, in ms, as <see cref="Environment.TickCount64"/>.</summary>
    public long LastSent => Volatile.Read(ref _lastSent);

    /// <summary>The largest header and body that the peer accepts, in bytes.</summary>
    public FrameLimits PeerLimits { get; set; } = FrameLimits.Default;

    /// <summary>Sends a message. If it is too long for the peer, its texts for people are cut off.</summary>
    /// <exception cref="ChannelException">The message is too long even so. Only a request can be.</exception>
    public void Post(Message message) => writer.Post(Encode(message));

    /// <summary>Sends a message that others follow at once, in the same write if they come in time.</summary>
    /// <exception cref="ChannelException">The message is too long.</exception>
    public void PostGathered(Message message) => writer.PostGathered(Encode(message));

    public void PostGathered(FrameBuffer header) => writer.PostGathered(header.Memory.Span);

    /// <summary>Sends a frame with a short body, which is copied, in the same write as those that follow at once.</summary>
    public void PostGathered(FrameBuffer header, ReadOnlySpan<byte> body)
    {
        Volatile.Write(ref _lastSent, Environment.TickCount64);
        writer.PostGathered(header.Memory.Span, body);
    }

    public void Post(FrameBuffer header) => writer.Post(header.Memory.Span);

    public ValueTask WriteAsync(WriteSlot slot, ReadOnlyMemory<byte> body)
    {
        Volatile.Write(ref _lastSent, Environment.TickCount64);
        return writer.WriteAsync(slot, body);
    }

    public void EndConnection(CloseReason reason) => end(reason);

    private byte[] Encode(Message message)
    {
        int limit = PeerLimits.MaxHeader;
        byte[] header = MessageCodec.Encode(message);
        if (header.Length > limit)
            header = MessageCodec.Encode(message.Shorten(limit / TextShare));
        if (header.Length > limit)
        {
            string text = $"the message '{message.Type}' has {header.Length} bytes, and the other side accepts {limit}";
            throw new ChannelException(ErrorCode.BadHeaderLength, text);
        }

        return header;
    }
}
