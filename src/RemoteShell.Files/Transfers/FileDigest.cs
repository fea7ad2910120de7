using System.Security.Cryptography;
using RemoteShell.Files.Folders;

namespace RemoteShell.Files.Transfers;

/// <summary>Digests of a whole file.</summary>
internal static class FileDigest
{
    private const string Sha256Prefix = "sha256:";

    private const int PieceSize = 256 * 1024;

    /// <summary>The text of a SHA-256.</summary>
    public static string Sha256Text(IncrementalHash hash) => Sha256Prefix + Convert.ToHexStringLower(hash.GetCurrentHash());

    /// <summary>The CRC-32C of a file, as text; holes count as zeros.</summary>
    public static string ChecksumOf(OpenedFile file, CancellationToken cancellationToken)
    {
        var digest = new PieceDigest();
        var piece = new byte[PieceSize];
        while (file.Read(digest.Length, piece) is > 0 and int count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            digest.Append(piece.AsSpan(0, count));
        }

        return digest.Checksum;
    }

    /// <summary>The SHA-256 of a file, as text; holes count as zeros.</summary>
    public static string Sha256Of(OpenedFile file, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceSize];
        long offset = 0;
        while (file.Read(offset, piece) is > 0 and int count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(piece.AsSpan(0, count));
            offset += count;
        }

        return Sha256Text(hash);
    }

    /// <summary>Whether a file has a digest.</summary>
    /// <param name="file">The file.</param>
    /// <param name="digest">The text of a SHA-256 or of a CRC-32C.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static bool IsOf(OpenedFile file, string digest, CancellationToken cancellationToken)
    {
        bool isSha256 = digest.StartsWith(Sha256Prefix, StringComparison.Ordinal);
        return digest == (isSha256 ? Sha256Of(file, cancellationToken) : ChecksumOf(file, cancellationToken));
    }
}
