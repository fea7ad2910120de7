using RemoteShell.Files.Folders;

namespace RemoteShell.Files.Transfers;

/// <summary>Digests of a whole file.</summary>
internal static class FileDigest
{
    private const int PieceSize = 256 * 1024;

    /// <summary>The CRC-32C of a file, as text; holes count as zeros.</summary>
    public static string ChecksumOf(OpenedFile file)
    {
        var digest = new PieceDigest();
        var piece = new byte[PieceSize];
        while (file.Read(digest.Length, piece) is > 0 and int count)
            digest.Append(piece.AsSpan(0, count));
        return digest.Checksum;
    }
}
