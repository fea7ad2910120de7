namespace RemoteShell.Cli.Client.Ssh;

/// <summary>What <c>ssh -Q</c> lists. The connection is TLS 1.3, so there is one kind of each.</summary>
internal static class SshAlgorithms
{
    private static readonly string[] Kinds = ["cipher", "kex", "key", "mac", "protocol-version", "sig"];

    /// <summary>The algorithms of a kind.</summary>
    /// <exception cref="FormatException">There is no such kind.</exception>
    public static IReadOnlyList<string> Of(string kind) => kind.ToLowerInvariant() switch
    {
        "help" => Kinds,
        "cipher" or "cipher-auth" or "ciphers" => ["aes128-gcm", "aes256-gcm", "chacha20-poly1305"],
        "kex" or "kexalgorithms" => ["ecdhe"],
        "key" or "key-plain" or "key-sig" or "sig" or "hostkeyalgorithms" or "pubkeyacceptedalgorithms" => ["ecdsa-sha2-nistp256"],
        "mac" or "macs" or "compression" or "key-cert" or "key-ca-sign" => [],
        "protocol-version" => ["2"],
        _ => throw new FormatException($"-Q does not know '{kind}'; it knows {string.Join(", ", Kinds)}"),
    };
}
