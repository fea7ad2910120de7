using RemoteShell.Keys;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Authentication.Vouching;

/// <summary>An accepted proof, as it is kept over a restart.</summary>
/// <param name="Client">The key of TLS, as text.</param>
/// <param name="Key">The key of ssh behind it, as text.</param>
/// <param name="Certificate">The certificate that was shown; null: none.</param>
/// <param name="IsVerified">Whether the authenticator has verified its user.</param>
internal sealed record VoucherLine(string Client, string Key, byte[]? Certificate, bool IsVerified)
{
    public static VoucherLine From(PublicKey client, VouchedKey key)
        => new(client.ToString(), key.Key.ToString(), key.Certificate?.Blob.ToArray(), key.Presence.IsVerified);

    /// <summary>The keys of the line.</summary>
    /// <exception cref="FormatException">It was changed or damaged.</exception>
    public (PublicKey Client, VouchedKey Key) Read()
    {
        // The generated writer writes an empty text for null.
        SshCertificate? certificate = Certificate is not { Length: > 0 } ? null : SshCertificate.Parse(Certificate);
        return (PublicKey.Parse(Client), new(PublicKey.Parse(Key), certificate, new(IsTouched: true, IsVerified)));
    }
}
