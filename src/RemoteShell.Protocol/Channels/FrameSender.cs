using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>Sends frames for the channels and streams of a connection, which do not see the connection itself.</summary>
internal sealed class FrameSender(FrameWriter writer, Action<CloseReason> end)
{
    private long _lastSent = Environment.TickCount64;

    /// <summary>When bytes of a stream were last sent, in ms, as <see cref="Environment.TickCount64"/>.</summary>
    public long LastSent => Volatile.Read(ref _lastSent);

    public int MaxBody { get; set; } = FrameLimits.Default.MaxBody;

    public void Post(Message message) => writer.Post(MessageCodec.Encode(message));

    public void Post(FrameBuffer header) => writer.Post(header.Memory.Span);

    public ValueTask WriteAsync(WriteSlot slot, ReadOnlyMemory<byte> body)
    {
        Volatile.Write(ref _lastSent, Environment.TickCount64);
        return writer.WriteAsync(slot, body);
    }

    public void EndConnection(CloseReason reason) => end(reason);
}
