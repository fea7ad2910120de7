using RemoteShell.Keys;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Authentication.Vouching;

/// <summary>A key of ssh that stands behind a client's key of TLS.</summary>
/// <param name="Key">The key.</param>
/// <param name="Certificate">The certificate that the client showed for the key; null if it showed none.</param>
/// <param name="Presence">What the signature says about the user.</param>
internal sealed record VouchedKey(PublicKey Key, SshCertificate? Certificate, SignerPresence Presence)
{
    /// <summary>Whether another proof says the same.</summary>
    public bool IsSame(VouchedKey other) => Key.Equals(other.Key)
        && Presence == other.Presence
        && (Certificate?.Blob ?? default).Span.SequenceEqual((other.Certificate?.Blob ?? default).Span);
}
