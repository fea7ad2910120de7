using RemoteShell.Protocol.Transport;

namespace RemoteShell.Keys;

/// <summary>What stands in a signature of ssh as its key: a plain key, or a certificate of one.</summary>
public static class KeyBlob
{
    /// <summary>The fingerprint of the plain key; null if it is none of a supported type.</summary>
    public static string? FingerprintOf(ReadOnlySpan<byte> blob)
    {
        try
        {
            return (SshCertificate.IsCertificate(blob) ? SshCertificate.Parse(blob).Key : PublicKey.FromBlob(blob)).Fingerprint;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
