using System.Buffers.Binary;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>The first frame of a client, read before its connection starts. Nothing behind it is read.</summary>
/// <param name="Bytes">The whole frame, with which the connection starts.</param>
/// <param name="Hello">The message; null if it is another one, which the connection refuses or obeys.</param>
public sealed record FirstFrame(ReadOnlyMemory<byte> Bytes, HelloMessage? Hello)
{
    /// <summary>Reads the frame: at most 16 KiB.</summary>
    /// <returns>Null if the stream ends before it.</returns>
    /// <exception cref="FrameException">The bytes are not a frame, or the fields of the <c>hello</c> are not valid.</exception>
    public static async Task<FirstFrame?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var prefix = new byte[FrameCodec.PrefixLength];
        if (await stream.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)
            < prefix.Length)
        {
            return null;
        }

        FrameLimits limits = FrameLimits.BeforeHello;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(prefix);
        // A wrong length is refused with its reason, before anything is read for it.
        byte[] frame = length <= (uint)limits.MaxHeader ? new byte[prefix.Length + (int)length] : prefix;
        prefix.CopyTo(frame, 0);
        int wanted = frame.Length - prefix.Length;
        if (await stream.ReadAtLeastAsync(frame.AsMemory(prefix.Length), wanted, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false) < wanted)
        {
            return null;
        }

        if (!FrameCodec.TryReadHeader(frame, limits, out FrameEnvelope envelope, out _))
            throw new FrameException(ErrorCode.Truncated, "the stream ended inside a frame's header");
        return new(frame, envelope.Type == "hello"
            ? MessageCodec.Decode(envelope.Type, frame.AsSpan(prefix.Length)) as HelloMessage
            : null);
    }
}
