using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RemoteShell.BarePump;

/// <summary>TLS 1.3 with the cipher that RemoteShell uses first, and nothing else of it.</summary>
public static class PumpTls
{
    // On Windows the system chooses.
    private static readonly CipherSuitesPolicy? Ciphers =
        OperatingSystem.IsWindows() ? null : new([TlsCipherSuite.TLS_AES_128_GCM_SHA256]);

    /// <summary>Connects as a client that trusts any server.</summary>
    public static async Task<SslStream> ConnectAsync(Stream stream)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "",
            EnabledSslProtocols = SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            CipherSuitesPolicy = Ciphers,
        });
        return tls;
    }

    /// <summary>Serves a connection.</summary>
    internal static async Task<SslStream> AcceptAsync(Stream stream, X509Certificate2 certificate)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            EnabledSslProtocols = SslProtocols.Tls13,
            CipherSuitesPolicy = Ciphers,
        });
        return tls;
    }

    /// <summary>Makes a certificate for one run.</summary>
    internal static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=bare-pump", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
