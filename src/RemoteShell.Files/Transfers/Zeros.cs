using System.Security.Cryptography;

namespace RemoteShell.Files.Transfers;

/// <summary>Adds the zeros of a hole to a hash, which has no shorter way.</summary>
internal static class Zeros
{
    private static readonly byte[] Piece = new byte[64 * 1024];

    /// <summary>Adds this many zeros. A hole of a few bytes on the wire may have any size, so it stops when the transfer does.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void AppendTo(IncrementalHash hash, long count, CancellationToken cancellationToken)
    {
        for (; count > 0; count -= Math.Min(count, Piece.Length))
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(Piece.AsSpan(0, (int)Math.Min(count, Piece.Length)));
        }
    }
}
