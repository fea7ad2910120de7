using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Server.Monitoring;

/// <summary>The certificate authorities that may vouch for a collector.</summary>
/// <remarks>The store of the runtime is empty in this program: its other connections do without authorities.</remarks>
internal static class CollectorTrust
{
    private static readonly string[] Variables = ["OTEL_EXPORTER_OTLP_CERTIFICATE", "SSL_CERT_FILE"];

    // Debian and others, Fedora, SUSE, Alpine and BSD.
    private static readonly string[] SystemFiles =
    [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ];

    /// <summary>A client that checks certificates.</summary>
    /// <remarks>On other systems than Linux it uses the system's store, unless a variable names a file.</remarks>
    /// <param name="timeout">The time limit of a request.</param>
    /// <exception cref="RemoteShellException">The authorities cannot be read.</exception>
    public static HttpClient CreateClient(TimeSpan timeout)
    {
        var handler = new SocketsHttpHandler();
        if (FindFile() is { } file)
            handler.SslOptions.CertificateChainPolicy = PolicyOf(file);
        return new(handler) { Timeout = timeout };
    }

    private static string? FindFile()
    {
        string? named = Variables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(path => !string.IsNullOrEmpty(path));
        if (named is not null || !OperatingSystem.IsLinux())
            return named;
        return SystemFiles.FirstOrDefault(File.Exists)
            ?? throw Unusable("this system has no file of certificate authorities in a usual place", cause: null);
    }

    private static X509ChainPolicy PolicyOf(string file)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unusable($"the certificate authorities in {file} cannot be read: {e.Message}", e);
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw Unusable($"{file} has no certificate", cause: null);
    }

    private static RemoteShellException Unusable(string reason, Exception? cause) => new($"--otlp: {reason}", cause)
    {
        Hint = $"name a file of certificates in PEM by the variable {Variables[0]}",
    };
}
