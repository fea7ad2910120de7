using System.Security.Cryptography;

namespace RemoteShell.Server.Audit;

/// <summary>The bytes of a line of the audit journal.</summary>
/// <param name="Bytes">The bytes, without the line end.</param>
/// <param name="HasEnd">Whether a line end follows.</param>
internal readonly record struct RawAuditLine(byte[] Bytes, bool HasEnd)
{
    /// <summary>The digest before the first line.</summary>
    public static readonly string NoDigest = new('0', 64);

    /// <summary>The SHA-256 of the bytes, as hex digits.</summary>
    public string Digest => DigestOf(Bytes);

    /// <summary>The SHA-256 of a line, as hex digits.</summary>
    public static string DigestOf(ReadOnlySpan<byte> line)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(line, digest);
        return Convert.ToHexStringLower(digest);
    }
}
