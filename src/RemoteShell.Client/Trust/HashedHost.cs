using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace RemoteShell.Client.Trust;

/// <summary>A keyed hash of a host's name, as <c>ssh-keygen -H</c> writes it: <c>|1|SALT|HASH</c>.</summary>
[SuppressMessage("Security", "CA5350", Justification = "The format of OpenSSH. The hash hides names; no trust depends on it.")]
internal sealed class HashedHost
{
    private const string Start = "|1|";

    private readonly byte[] _salt;
    private readonly byte[] _hash;

    private HashedHost(byte[] salt, byte[] hash) => (_salt, _hash) = (salt, hash);

    /// <summary>Reads a hash; null if the text is not one.</summary>
    public static HashedHost? TryParse(string text)
    {
        if (!text.StartsWith(Start, StringComparison.Ordinal) || text[Start.Length..].Split('|') is not [var salt, var hash])
            return null;
        return Decode(salt) is { } saltBytes && Decode(hash) is { } hashBytes ? new(saltBytes, hashBytes) : null;
    }

    /// <summary>Hashes a name with a salt of its own.</summary>
    public static HashedHost Of(string name)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(HMACSHA1.HashSizeInBytes);
        return new(salt, HashOf(salt, name));
    }

    /// <summary>Whether it is the hash of a name, which is in lower case.</summary>
    public bool Is(string name) => HashOf(_salt, name).AsSpan().SequenceEqual(_hash);

    /// <summary>The text that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => $"{Start}{Convert.ToBase64String(_salt)}|{Convert.ToBase64String(_hash)}";

    private static byte[] HashOf(byte[] salt, string name) => HMACSHA1.HashData(salt, Encoding.UTF8.GetBytes(name));

    // OpenSSH writes as many bytes for both.
    private static byte[]? Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out int length) && length == HMACSHA1.HashSizeInBytes ? bytes[..length] : null;
    }
}
