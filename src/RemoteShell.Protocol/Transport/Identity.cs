using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace RemoteShell.Protocol.Transport;

/// <summary>A private key and the self-signed certificate that carries its public key in TLS, together in one PEM file.</summary>
public sealed class Identity : IDisposable
{
    private readonly Lazy<SslStreamCertificateContext> _certificateContext;

    private Identity(X509Certificate2 certificate, PublicKey key)
    {
        (Certificate, PublicKey) = (certificate, key);
        _certificateContext = new(() => SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true));
    }

    /// <summary>The public key, by which the peer identifies this side.</summary>
    public PublicKey PublicKey { get; }

    internal X509Certificate2 Certificate { get; }

    // Created once: each new context builds a certificate chain.
    internal SslStreamCertificateContext CertificateContext => _certificateContext.Value;

    /// <summary>Reads the file, or creates it with a new key if it does not exist.</summary>
    /// <exception cref="PrivateFileException">Others can read or change the file, or it does not hold a key.</exception>
    public static Identity LoadOrCreate(string path) => File.Exists(path) ? Load(path) : Create(path);

    /// <summary>Creates the file with a new key. If the file exists, reads it instead.</summary>
    public static Identity Create(string path) => Create(path, remark: "");

    /// <summary>Creates the file with a new key and a remark. If the file exists, reads it instead.</summary>
    /// <param name="path">The file.</param>
    /// <param name="remark">Lines before the PEM texts, which a reader of the key skips.</param>
    public static Identity Create(string path, string remark)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = SelfSign(RequestFor(key));
        string pem = $"{remark}{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
        if (!PrivateFile.TryCreate(path, Encoding.ASCII.GetBytes(pem)))
            return Load(path);
        return Parse(path, pem);
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="PrivateFileException">Others can read or change the file, or it does not hold a key.</exception>
    public static Identity Load(string path) => Parse(path, PrivateFile.ReadSecret(path));

    /// <summary>Reads the text of an identity file: a certificate and its private key, in PEM.</summary>
    /// <exception cref="PrivateFileException">The text is not an identity.</exception>
    public static Identity FromPem(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        return Parse("the PEM text", pem);
    }

    /// <summary>The same key, with a certificate of OpenSSH for it, which TLS shows to clients.</summary>
    /// <param name="certificate">The blob of the certificate. It is not checked.</param>
    /// <returns>An identity of its own, which the caller disposes.</returns>
    public Identity WithHostCertificate(ReadOnlySpan<byte> certificate)
    {
        using ECDsa key = PrivateKey();
        CertificateRequest request = RequestFor(key);
        request.CertificateExtensions.Add(HostCertificateExtension.Create(certificate));
        return new(SelfSign(request), PublicKey);
    }

    /// <summary>Signs a SHA-256 hash by ECDSA. Thread-safe.</summary>
    /// <returns>The 64 bytes that <see cref="PublicKey.VerifyHash"/> takes.</returns>
    internal byte[] SignHash(ReadOnlySpan<byte> hash)
    {
        using ECDsa key = PrivateKey();
        return key.SignHash(hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <inheritdoc/>
    public void Dispose() => Certificate.Dispose();

    private ECDsa PrivateKey()
        => Certificate.GetECDsaPrivateKey() ?? throw new CryptographicException("the identity has no private key");

    private static CertificateRequest RequestFor(ECDsa key) => new("CN=rsh", key, HashAlgorithmName.SHA256);

    // A certificate needs dates, but a key has none. No side checks them.
    private static X509Certificate2 SelfSign(CertificateRequest request)
        => request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero));

    private static Identity Parse(string path, string pem)
    {
        try
        {
            X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem, pem);
            return new(certificate, PublicKey.FromCertificate(certificate) ?? throw new CryptographicException("not an ECDSA P-256 key"));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new PrivateFileException($"{path} does not hold a valid key and certificate: {e.Message}", e)
            {
                Hint = "restore the right file, or move this one away to get a new key",
            };
        }
    }
}
