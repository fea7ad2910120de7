using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace RemoteShell.Protocol.Transport;

/// <summary>A private key with the self-signed certificate that carries it through TLS, kept together in one PEM file.</summary>
public sealed class Identity : IDisposable
{
    private readonly Lazy<SslStreamCertificateContext> _shown;

    private Identity(X509Certificate2 certificate, PublicKey key)
    {
        (Certificate, PublicKey) = (certificate, key);
        _shown = new(() => SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true));
    }

    /// <summary>What others know this identity by.</summary>
    public PublicKey PublicKey { get; }

    internal X509Certificate2 Certificate { get; }

    // What a handshake shows: building it for each one anew would build a chain of certificates each time.
    internal SslStreamCertificateContext Shown => _shown.Value;

    /// <summary>Reads the file, or makes it where it is missing.</summary>
    /// <exception cref="PrivateFileException">The file can be read or changed by others, or is no identity.</exception>
    public static Identity LoadOrCreate(string path) => File.Exists(path) ? Load(path) : Create(path);

    /// <summary>Makes a new key in a file that does not exist yet.</summary>
    public static Identity Create(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=rsh", key, HashAlgorithmName.SHA256);
        // Certificates carry dates; a key has none, and nobody looks at these.
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero));
        string pem = $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
        if (!PrivateFile.TryCreate(path, Encoding.ASCII.GetBytes(pem)))
            return Load(path);
        return Parse(path, pem);
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="PrivateFileException">The file can be read or changed by others, or is no identity.</exception>
    public static Identity Load(string path) => Parse(path, PrivateFile.ReadSecret(path));

    /// <summary>Reads the text of an identity file: a certificate and its private key, in PEM.</summary>
    /// <exception cref="PrivateFileException">The text is not an identity.</exception>
    public static Identity FromPem(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        return Parse("the PEM text", pem);
    }

    /// <inheritdoc/>
    public void Dispose() => Certificate.Dispose();

    private static Identity Parse(string path, string pem)
    {
        try
        {
            X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem, pem);
            return new(certificate, PublicKey.FromCertificate(certificate) ?? throw new CryptographicException("not an ECDSA P-256 key"));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new PrivateFileException($"{path} is no identity: {e.Message}", e)
            {
                Hint = "put the right file back, or move this one away to get a new identity",
            };
        }
    }
}
