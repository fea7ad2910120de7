using System.Buffers.Binary;

namespace RemoteShell.Protocol.Datagrams;

/// <summary>A question by UDP whether a server is there, and its answer, without a connection: 32 bytes each way, so that nobody gets more than was sent in its name.</summary>
/// <remarks><code>
///  0        4                 12                20                32
///  +--------+-----------------+-----------------+-----------------+
///  | rsh? ! | id, 8 bytes     | time, u64 LE    | zeros           |
///  +--------+-----------------+-----------------+-----------------+
/// </code>A question says <c>rsh?</c> and has no time; an answer says <c>rsh!</c>, repeats the id, and tells microseconds since 1970-01-01 UTC. An answer is never answered.</remarks>
public static class Probe
{
    /// <summary>Bytes of a question, and of its answer.</summary>
    public const int Length = 32;

    private const int IdStart = 4;
    private const int TimeStart = 12;

    private static ReadOnlySpan<byte> Question => "rsh?"u8;

    private static ReadOnlySpan<byte> Answer => "rsh!"u8;

    /// <summary>Writes a question.</summary>
    public static byte[] Ask(long id)
    {
        var datagram = new byte[Length];
        Question.CopyTo(datagram);
        BinaryPrimitives.WriteInt64LittleEndian(datagram.AsSpan(IdStart), id);
        return datagram;
    }

    /// <summary>Makes the answer of a question, in its place; false for whatever is no question.</summary>
    public static bool TryAnswer(Span<byte> datagram, DateTimeOffset now)
    {
        if (datagram.Length != Length || !datagram.StartsWith(Question))
            return false;
        Answer.CopyTo(datagram);
        BinaryPrimitives.WriteInt64LittleEndian(datagram[TimeStart..], (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        datagram[(TimeStart + sizeof(long))..].Clear();
        return true;
    }

    /// <summary>Reads the answer to the question of that id; null for whatever is none.</summary>
    public static DateTimeOffset? ReadAnswer(ReadOnlySpan<byte> datagram, long id)
    {
        if (datagram.Length != Length || !datagram.StartsWith(Answer) || BinaryPrimitives.ReadInt64LittleEndian(datagram[IdStart..]) != id)
            return null;
        long microseconds = BinaryPrimitives.ReadInt64LittleEndian(datagram[TimeStart..]);
        return microseconds is >= 0 and < 100_000_000_000_000_000 ? DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond) : null;
    }
}
