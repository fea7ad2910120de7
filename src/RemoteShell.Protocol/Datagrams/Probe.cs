using System.Buffers.Binary;

namespace RemoteShell.Protocol.Datagrams;

/// <summary>Encodes and decodes the UDP datagrams that ask whether a server is running. No connection is needed.</summary>
/// <remarks><code>
///  0        4                 12                20                32
///  +--------+-----------------+-----------------+-----------------+
///  | rsh? ! | id, 8 bytes     | time, u64 LE    | zeros           |
///  +--------+-----------------+-----------------+-----------------+
/// </code>A request begins with <c>rsh?</c> and has no time. A reply begins with <c>rsh!</c>, repeats the id, and has the time in
/// microseconds since 1970-01-01 UTC. A reply is never answered. A reply is as long as its request, so a request with a forged
/// sender address does not make the server send more bytes than it received.</remarks>
public static class Probe
{
    /// <summary>Bytes of a request, and of a reply.</summary>
    public const int Length = 32;

    private const int IdStart = 4;
    private const int TimeStart = 12;

    private static ReadOnlySpan<byte> RequestMark => "rsh?"u8;

    private static ReadOnlySpan<byte> ReplyMark => "rsh!"u8;

    /// <summary>Creates a request.</summary>
    /// <param name="id">Any number. The reply repeats it.</param>
    public static byte[] CreateRequest(long id)
    {
        var datagram = new byte[Length];
        RequestMark.CopyTo(datagram);
        BinaryPrimitives.WriteInt64LittleEndian(datagram.AsSpan(IdStart), id);
        return datagram;
    }

    /// <summary>Turns a request into its reply, in place. Returns false if the datagram is not a request.</summary>
    public static bool TryReply(Span<byte> datagram, DateTimeOffset now)
    {
        if (datagram.Length != Length || !datagram.StartsWith(RequestMark))
            return false;
        ReplyMark.CopyTo(datagram);
        long microseconds = (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        BinaryPrimitives.WriteInt64LittleEndian(datagram[TimeStart..], microseconds);
        datagram[(TimeStart + sizeof(long))..].Clear();
        return true;
    }

    /// <summary>Reads the server's time from the reply to the request with this id. Returns null for any other datagram.</summary>
    public static DateTimeOffset? ReadReply(ReadOnlySpan<byte> datagram, long id)
    {
        if (datagram.Length != Length || !datagram.StartsWith(ReplyMark))
            return null;
        if (BinaryPrimitives.ReadInt64LittleEndian(datagram[IdStart..]) != id)
            return null;
        long microseconds = BinaryPrimitives.ReadInt64LittleEndian(datagram[TimeStart..]);
        if (microseconds is < 0 or >= 100_000_000_000_000_000)
            return null;
        return DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
    }
}
