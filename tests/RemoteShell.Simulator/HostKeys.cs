using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Simulator;

/// <summary>Makes host keys that are on no disk.</summary>
internal static class HostKeys
{
    public static Identity Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=rsh", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero));
        return Identity.FromPem($"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }
}
