using System.Security.Cryptography;

namespace RemoteShell.Files.Transfers;

/// <summary>Adds the zeros of a hole to a hash, which has no shorter way.</summary>
internal static class Zeros
{
    private static readonly byte[] Piece = new byte[64 * 1024];

    /// <summary>Adds this many zeros.</summary>
    public static void AppendTo(IncrementalHash hash, long count)
    {
        for (; count > 0; count -= Math.Min(count, Piece.Length))
            hash.AppendData(Piece.AsSpan(0, (int)Math.Min(count, Piece.Length)));
    }
}
