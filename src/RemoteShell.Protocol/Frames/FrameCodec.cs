using System.Buffers.Binary;

namespace RemoteShell.Protocol.Frames;

/// <summary>Encodes and decodes the prefix and header of a frame. It has no stream and no state.</summary>
/// <remarks><code>
///  0        4                4+L                    4+L+size
///  +--------+----------------+----------------------+
///  | L  u32 | JSON header    | body                 |
///  | LE     | L bytes, UTF-8 | header.size bytes    |
///  +--------+----------------+----------------------+
/// </code></remarks>
public static class FrameCodec
{
    /// <summary>Bytes of the length prefix in front of each header.</summary>
    public const int PrefixLength = 4;

    /// <summary>Reads the prefix and the header at the start of a buffer.</summary>
    /// <param name="buffer">The bytes received so far.</param>
    /// <param name="limits">Each limit is checked as soon as its number is known, before the bytes that it announces are needed.</param>
    /// <param name="envelope">The header's common fields.</param>
    /// <param name="bodyStart">Where the body begins in the buffer. The header ends there and begins at <see cref="PrefixLength"/>.</param>
    /// <returns>
    /// False if more bytes are needed: then <paramref name="bodyStart"/> is the minimum length of the buffer for the next try.
    /// </returns>
    /// <exception cref="FrameException">The bytes are not a frame.</exception>
    public static bool TryReadHeader(ReadOnlySpan<byte> buffer, FrameLimits limits, out FrameEnvelope envelope, out int bodyStart)
    {
        ArgumentNullException.ThrowIfNull(limits);
        envelope = default;
        bodyStart = PrefixLength;
        if (buffer.Length < PrefixLength)
            return false;

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(buffer);
        if (length < 2 || length > (uint)limits.MaxHeader)
            throw new FrameException(
                ErrorCode.BadHeaderLength,
                $"a header of {length} bytes (as a C int {(int)length}) is outside 2 to {limits.MaxHeader}");

        bodyStart = PrefixLength + (int)length;
        if (buffer.Length < bodyStart)
            return false;
        envelope = EnvelopeParser.Parse(buffer[PrefixLength..bodyStart], limits);
        return true;
    }

    /// <summary>Writes the prefix for a header of this length in bytes.</summary>
    public static void WritePrefix(Span<byte> destination, int headerLength)
        => BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)headerLength);
}
