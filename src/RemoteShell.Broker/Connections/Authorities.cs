using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RemoteShell.Broker.Connections;

/// <summary>Checks a file with certificates of authorities, which is read again for each connection.</summary>
internal static class Authorities
{
    /// <summary>Checks the file, if there is one.</summary>
    /// <exception cref="BrokerException">It cannot be read, or holds no certificate.</exception>
    public static void Require(string? path)
    {
        if (path is null)
            return;
        X509Certificate2Collection all = [];
        try
        {
            all.ImportFromPemFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new BrokerException($"cannot read the certificates in {path}: {e.Message}", e);
        }

        if (all.Count == 0)
            throw new BrokerException($"{path} does not hold a certificate") { Hint = "it holds certificates in the PEM form" };
        foreach (X509Certificate2 one in all)
            one.Dispose();
    }
}
