namespace RemoteShell.Keys;

/// <summary>What a certificate of OpenSSH is for.</summary>
public enum CertificateKind
{
    /// <summary>A user shows it to a server.</summary>
    User,

    /// <summary>A server shows it to a client.</summary>
    Host,
}
