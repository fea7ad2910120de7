using RemoteShell.Keys;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Trust;

/// <summary>Whether a certificate of a trusted authority is one for a server's key, by the rules of ssh.</summary>
internal static class HostCertificate
{
    /// <summary>Says why the certificate does not hold for the server; null: it does.</summary>
    /// <param name="certificate">The certificate, which its authority has signed.</param>
    /// <param name="key">The server's key of TLS.</param>
    /// <param name="name">The server's name, as the user has given it.</param>
    /// <param name="now">The time.</param>
    public static string? FindFault(SshCertificate certificate, PublicKey key, string name, DateTimeOffset now)
    {
        if (certificate.Kind != CertificateKind.Host)
            return "it is for a user, and not for a host";
        if (!certificate.Key.Equals(key))
            return $"it is for the key {certificate.Key.Fingerprint}, and the server has {key.Fingerprint}";
        if (!certificate.IsValidAt(now))
            return (ulong)now.ToUnixTimeSeconds() < certificate.ValidAfter ? "it is not valid yet" : "it has expired";
        if (!certificate.Principals.Contains(name, StringComparer.OrdinalIgnoreCase))
            return $"it is for {Shown(certificate.Principals)}, and not for {name}";
        // No option of a host is defined.
        return certificate.CriticalOptions.Count > 0
            ? $"it has the option '{certificate.CriticalOptions.Keys.First()}', which is not known here"
            : null;
    }

    private static string Shown(IReadOnlyList<string> principals) => principals.Count == 0 ? "no name" : string.Join(", ", principals);
}
