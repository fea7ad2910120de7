using System.Buffers.Binary;

namespace RemoteShell.Protocol.Frames;

/// <summary>The frame as bytes, and nothing else: no stream, no state.</summary>
/// <remarks><code>
///  0        4                4+L                    4+L+size
///  +--------+----------------+----------------------+
///  | L  u32 | JSON header    | body                 |
///  | LE     | L bytes, UTF-8 | header.size bytes    |
///  +--------+----------------+----------------------+
/// </code></remarks>
public static class FrameCodec
{
    /// <summary>Bytes of the length in front of each header.</summary>
    public const int PrefixLength = 4;

    /// <summary>Reads the prefix and the header at the start of a buffer.</summary>
    /// <param name="buffer">What has arrived so far.</param>
    /// <param name="limits">Checked as soon as the number in question is known, before the bytes it announces are awaited.</param>
    /// <param name="envelope">The header's common fields.</param>
    /// <param name="bodyStart">Where the body begins in the buffer; the header lies between <see cref="PrefixLength"/> and it.</param>
    /// <returns>False when more bytes are needed; <paramref name="bodyStart"/> then says how many at least, counted from the start.</returns>
    /// <exception cref="FrameException">No frame begins here.</exception>
    public static bool TryReadHeader(ReadOnlySpan<byte> buffer, FrameLimits limits, out FrameEnvelope envelope, out int bodyStart)
    {
        ArgumentNullException.ThrowIfNull(limits);
        envelope = default;
        bodyStart = PrefixLength;
        if (buffer.Length < PrefixLength)
            return false;

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(buffer);
        if (length < 2 || length > (uint)limits.MaxHeader)
            throw new FrameException(ErrorCode.BadHeaderLength, $"a header of {length} bytes (as a C int {(int)length}) is outside 2 to {limits.MaxHeader}");

        bodyStart = PrefixLength + (int)length;
        if (buffer.Length < bodyStart)
            return false;
        envelope = EnvelopeParser.Parse(buffer[PrefixLength..bodyStart], limits);
        return true;
    }

    /// <summary>Writes the length that stands in front of a header of so many bytes.</summary>
    public static void WritePrefix(Span<byte> destination, int headerLength)
        => BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)headerLength);
}
