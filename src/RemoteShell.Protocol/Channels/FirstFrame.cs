using System.Buffers.Binary;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>The first frame of a client, read before its connection starts. Nothing behind it is read.</summary>
/// <param name="Bytes">What was read, with which the connection starts: a whole frame, unless the stream has ended or it is wrong.</param>
/// <param name="Hello">The message; null if it is not a valid <c>hello</c>. The connection finds the fault in the bytes.</param>
public sealed record FirstFrame(ReadOnlyMemory<byte> Bytes, HelloMessage? Hello)
{
    /// <summary>Reads the frame: at most 16 KiB.</summary>
    public static async Task<FirstFrame> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        const int prefix = FrameCodec.PrefixLength;
        FrameLimits limits = FrameLimits.BeforeHello;
        var bytes = new byte[prefix];
        int read = await stream.ReadAtLeastAsync(bytes, prefix, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        // A wrong length is a fault before anything is read for it.
        if (read < prefix || length > (uint)limits.MaxHeader)
            return new(bytes.AsMemory(0, read), Hello: null);
        Array.Resize(ref bytes, prefix + (int)length);
        read += await stream.ReadAtLeastAsync(bytes.AsMemory(prefix), (int)length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        return new(bytes.AsMemory(0, read), read == bytes.Length ? ReadHello(bytes, limits) : null);
    }

    private static HelloMessage? ReadHello(byte[] frame, FrameLimits limits)
    {
        try
        {
            return FrameCodec.TryReadHeader(frame, limits, out FrameEnvelope envelope, out _) && envelope.Type == "hello"
                ? MessageCodec.Decode(envelope.Type, frame.AsSpan(FrameCodec.PrefixLength)) as HelloMessage
                : null;
        }
        catch (FrameException)
        {
            return null;
        }
    }
}
