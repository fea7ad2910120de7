using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication.Vouching;

namespace RemoteShell.Server.Authentication.Lists;

/// <summary>The keys that a client has proved to own.</summary>
/// <param name="Shown">The key of TLS.</param>
/// <param name="Vouched">The key of ssh behind it; null if the client showed none, or needs none.</param>
internal sealed record ClientKeys(PublicKey Shown, VouchedKey? Vouched)
{
    /// <summary>The key that must be authorized.</summary>
    public PublicKey Named => Vouched?.Key ?? Shown;

    /// <summary>The keys of which none may be revoked: also those of the certificate and of its authority.</summary>
    public IEnumerable<PublicKey> All
    {
        get
        {
            yield return Shown;
            if (Vouched is null)
                yield break;
            yield return Vouched.Key;
            if (Vouched.Certificate is not { } certificate)
                yield break;
            yield return certificate.Key;
            yield return certificate.Authority;
        }
    }
}
