using System.Buffers.Text;
using System.Security.Cryptography;

namespace RemoteShell.Keys;

/// <summary>What an administrator hands to a user for a first connection: the server's fingerprint, and a secret for one use.</summary>
public sealed record Invitation
{
    /// <summary>Bytes of a secret.</summary>
    public const int SecretLength = 16;

    private const string Prefix = "SHA256:";

    private Invitation(string fingerprint, byte[] secret) => (Fingerprint, Secret) = (fingerprint, secret);

    /// <summary>The fingerprint of the server's key.</summary>
    public string Fingerprint { get; }

    /// <summary>What the client shows to the server, once.</summary>
    public ReadOnlyMemory<byte> Secret { get; }

    /// <summary>Makes one with a new secret.</summary>
    /// <param name="fingerprint">The fingerprint of the server's key.</param>
    public static Invitation Make(string fingerprint) => new(fingerprint, RandomNumberGenerator.GetBytes(SecretLength));

    /// <summary>Reads the text of an invitation.</summary>
    /// <exception cref="FormatException">It is not one, or a part of it is missing.</exception>
    public static Invitation Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!Base64Url.IsValid(text, out int length) || length != SHA256.HashSizeInBytes + SecretLength)
            throw new FormatException("the invitation is not whole: copy all of the line that 'rsh-server invite' has printed");
        byte[] bytes = Base64Url.DecodeFromChars(text);
        string hash = Convert.ToBase64String(bytes.AsSpan(0, SHA256.HashSizeInBytes)).TrimEnd('=');
        return new($"{Prefix}{hash}", bytes[SHA256.HashSizeInBytes..]);
    }

    /// <summary>The text that <see cref="Parse"/> reads: the hash of the server's key and the secret, in base64url.</summary>
    public override string ToString()
    {
        byte[] hash = Convert.FromBase64String($"{Fingerprint[Prefix.Length..]}=");
        return Base64Url.EncodeToString([.. hash, .. Secret.Span]);
    }
}
