using System.Buffers.Binary;
using System.Globalization;

namespace RemoteShell.Protocol.Broadcasts;

/// <summary>Reads what begins with four known bytes and a length.</summary>
internal static class PieceReader
{
    /// <summary>Bytes before the payload: the four known ones, and the length in little endian.</summary>
    public const int HeaderLength = 8;

    /// <summary>Reads the four known bytes and the length.</summary>
    /// <exception cref="BroadcastException">The bytes are others, the length is out of range, or the stream ends.</exception>
    public static async Task<int> ReadLengthAsync(Stream stream, byte[] magic, int max, CancellationToken cancellationToken)
    {
        byte[] header = await ReadAsync(stream, HeaderLength, cancellationToken).ConfigureAwait(false);
        return LengthOf(header, magic, max);
    }

    /// <summary>Reads exactly that many bytes.</summary>
    /// <exception cref="BroadcastException">The stream ends before.</exception>
    public static async Task<byte[]> ReadAsync(Stream stream, int length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length];
        try
        {
            await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes;
        }
        catch (EndOfStreamException)
        {
            throw Truncated();
        }
    }

    /// <summary>The length that a header states.</summary>
    /// <exception cref="BroadcastException">The header begins with other bytes, or the length is out of range.</exception>
    public static int LengthOf(ReadOnlySpan<byte> header, ReadOnlySpan<byte> magic, int max)
    {
        if (!header.StartsWith(magic))
            throw new BroadcastException($"the bytes do not begin with {System.Text.Encoding.ASCII.GetString(magic)}");
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(header[magic.Length..]);
        return length <= max ? (int)length : throw TooLong(length, max);
    }

    public static BroadcastException TooLong(long length, int max)
        => new(string.Create(CultureInfo.InvariantCulture, $"a payload of {length} bytes is too long: at most {max} are allowed"));

    public static BroadcastException Truncated() => new("the bytes end too early, or too late");
}
