using RemoteShell.Keys;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.HostKeys;

/// <summary>A file of certificates of OpenSSH, one in each line. That of the present host key counts.</summary>
/// <param name="path">The file.</param>
internal sealed class HostCertificateFile(string path)
{
    /// <summary>Finds the certificate of a key; null if the file has only that of the former key.</summary>
    /// <param name="key">The host key.</param>
    /// <param name="former">The key that it has replaced; null: none.</param>
    /// <exception cref="RemoteShellException">The file cannot be used for the key.</exception>
    public SshCertificate? Find(PublicKey key, PublicKey? former)
    {
        SshCertificate[] all = ReadAll();
        if (all.FirstOrDefault(one => one.Key.Equals(key)) is { } own)
        {
            return own.Kind == CertificateKind.Host ? own : throw new RemoteShellException($"the certificate in {path} is for a user")
            {
                Hint = "make one for a host with: ssh-keygen -h",
            };
        }

        // The key was rotated, and its certificate was not.
        if (all.Any(one => one.Key.Equals(former)))
            return null;
        throw new RemoteShellException(
            $"the certificate in {path} is of another key: {all[0].Key.Fingerprint}, and the host key is {key.Fingerprint}")
        {
            Hint = "let the authority certify what 'rsh-server fingerprint --public' prints",
        };
    }

    /// <summary>The fault of a server that has no host key yet: it makes one at its start, which the file cannot certify.</summary>
    /// <exception cref="RemoteShellException">The file cannot be used for any key.</exception>
    public RemoteShellException OfNoKey()
        => new($"the certificate in {path} is of another key: {ReadAll()[0].Key.Fingerprint}, and there is no host key yet")
        {
            Hint = "start the server once without it, and let the authority certify what 'rsh-server fingerprint --public' prints",
        };

    private SshCertificate[] ReadAll()
    {
        SshCertificate[] all = [.. ReadLines().Select(Parse)];
        return all.Length > 0 ? all : throw new RemoteShellException($"{path} has no certificate");
    }

    private IEnumerable<string> ReadLines()
    {
        if (!File.Exists(path))
            throw new RemoteShellException($"there is no certificate {path}");
        try
        {
            return File.ReadAllLines(path).Where(line => !string.IsNullOrWhiteSpace(line) && !line.StartsWith('#'));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RemoteShellException($"cannot read the certificate in {path}: {e.Message}", e);
        }
    }

    private SshCertificate Parse(string line)
    {
        try
        {
            return SshCertificate.Parse(line);
        }
        catch (FormatException e)
        {
            throw new RemoteShellException($"{path} does not hold a certificate: {e.Message}", e)
            {
                Hint = "make one with: ssh-keygen -s CA -h -I ID -n NAME FILE.pub",
            };
        }
    }
}
