using System.Security.Cryptography;

namespace RemoteShell.Protocol.Transport;

/// <summary>Signatures of a server over lines of its audit journal.</summary>
public static class JournalSignature
{
    /// <summary>Bytes of a signature.</summary>
    public const int Length = 64;

    /// <summary>Signs a line.</summary>
    public static byte[] Sign(ReadOnlySpan<byte> line, Identity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return identity.SignHash(HashOf(line));
    }

    /// <summary>Whether the signature over the line is one of the key.</summary>
    public static bool IsValid(ReadOnlySpan<byte> line, ReadOnlySpan<byte> signature, PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return signature.Length == Length && key.VerifyHash(HashOf(line), signature);
    }

    // No other text that a host key signs begins so. The NUL byte keeps one context from being the beginning of another.
    private static byte[] HashOf(ReadOnlySpan<byte> line)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("rsh-audit-1\0"u8);
        hash.AppendData(line);
        return hash.GetHashAndReset();
    }
}
