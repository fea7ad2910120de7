namespace RemoteShell.Protocol.Keys;

/// <summary>How a client names a key that it can prove: by its fingerprint, or by that of the authority of its certificate.</summary>
/// <remarks>The second has a prefix: the authority's key may be one that the client can prove as well.</remarks>
public static class KeyName
{
    private const string Prefix = "cert:";

    /// <summary>The name of a key with a certificate.</summary>
    /// <param name="authority">The fingerprint of its authority.</param>
    public static string OfCertificate(string authority) => $"{Prefix}{authority}";

    /// <summary>Whether a text has one of the two forms.</summary>
    public static bool Is(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return KeyFingerprint.Is(AuthorityIn(text) ?? text);
    }

    /// <summary>The fingerprint of the authority that a name has; null: it is the name of a plain key.</summary>
    public static string? AuthorityIn(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : null;
    }
}
