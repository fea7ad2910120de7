using System.Security.Cryptography;
using System.Text;

namespace RemoteShell.Protocol.Transport;

/// <summary>What a server's next key signs, as proof that the server has it.</summary>
public static class NextKeyProof
{
    /// <summary>Signs with the next key.</summary>
    /// <param name="present">The server's key, which clients know.</param>
    /// <param name="next">The key that will replace it.</param>
    public static byte[] Sign(PublicKey present, Identity next)
    {
        ArgumentNullException.ThrowIfNull(present);
        ArgumentNullException.ThrowIfNull(next);
        return next.SignHash(Hash(present, next.PublicKey));
    }

    /// <summary>Whether the next key has signed that it will replace the present one.</summary>
    public static bool Verify(PublicKey present, PublicKey next, ReadOnlySpan<byte> signature)
    {
        ArgumentNullException.ThrowIfNull(present);
        ArgumentNullException.ThrowIfNull(next);
        return next.VerifyHash(Hash(present, next), signature);
    }

    // See docs/protocol.md, section 1.
    private static byte[] Hash(PublicKey present, PublicKey next)
        => SHA256.HashData(Encoding.ASCII.GetBytes($"rsh-next-key 1\nserver {present}\nnext {next}\n"));
}
