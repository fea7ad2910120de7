using System.Buffers;
using System.Buffers.Binary;
using NATS.Client.Core;

namespace RemoteShell.Broker.Tunnels;

/// <summary>The form of a tunnel's message: kind (1 byte), number (8 bytes, little-endian), body.</summary>
internal sealed class TunnelMessageFormat : INatsSerialize<SentMessage>, INatsDeserialize<ReceivedMessage>
{
    /// <summary>The bytes before the body.</summary>
    private const int HeaderLength = 9;

    public static TunnelMessageFormat Instance { get; } = new();

    public void Serialize(IBufferWriter<byte> bufferWriter, SentMessage value)
    {
        Span<byte> span = bufferWriter.GetSpan(HeaderLength + value.Body.Length);
        span[0] = (byte)value.Kind;
        BinaryPrimitives.WriteUInt64LittleEndian(span[1..], value.Number);
        value.Body.Span.CopyTo(span[HeaderLength..]);
        bufferWriter.Advance(HeaderLength + value.Body.Length);
    }

    // A message of another form has the kind 0. The broker's answer that a subject has no subscriber is one.
    public ReceivedMessage Deserialize(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < HeaderLength)
            return default;
        Span<byte> header = stackalloc byte[HeaderLength];
        buffer.Slice(0, HeaderLength).CopyTo(header);
        NatsMemoryOwner<byte> body = NatsMemoryOwner<byte>.Allocate((int)buffer.Length - HeaderLength);
        buffer.Slice(HeaderLength).CopyTo(body.Span);
        return new((TunnelKind)header[0], BinaryPrimitives.ReadUInt64LittleEndian(header[1..]), body);
    }
}
