using System.IO.Compression;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>Compresses the pieces of a file, and gives up for a file that does not shrink.</summary>
/// <remarks>Brotli at quality 1 compresses as fast as other algorithms at this ratio, and the framework has it.</remarks>
internal sealed class PieceCompressor
{
    private const int Quality = 1;

    // As a power of two, in bytes: 256 KiB, the size of a piece.
    private const int Window = 18;

    // A piece must shrink by a sixteenth to be worth the time. After this many that do not, the rest of the file is sent as it is.
    private const int LeastShare = 16;
    private const int MostUseless = 4;

    private readonly byte[] _target = new byte[RecordWriter.MaxBody];
    private int _useless;

    /// <summary>Begins a new file.</summary>
    public void Begin() => _useless = 0;

    /// <summary>Returns the compressed piece, which is valid until the next call; null if it is better sent as it is.</summary>
    public ReadOnlyMemory<byte>? TryCompress(ReadOnlySpan<byte> piece)
    {
        if (_useless >= MostUseless)
            return null;
        int most = piece.Length - (piece.Length / LeastShare);
        if (BrotliEncoder.TryCompress(piece, _target.AsSpan(0, most), out int count, Quality, Window))
        {
            _useless = 0;
            return _target.AsMemory(0, count);
        }

        _useless++;
        return null;
    }
}
