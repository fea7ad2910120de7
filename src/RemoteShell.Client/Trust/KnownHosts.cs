using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Trust;

/// <summary>The keys of known servers, one in each line: <c>HOST:PORT ecdsa-sha2-nistp256 BASE64</c>.</summary>
internal sealed class KnownHosts(string path)
{
    private const string NoFile = "/dev/null";

    /// <summary>Returns if the key is trusted.</summary>
    /// <exception cref="HostKeyException">The key is not trusted.</exception>
    public async ValueTask CheckAsync(HostAddress host, PublicKey key, HostTrust trust, CancellationToken cancellationToken)
    {
        if (trust.Fingerprint is { } pinned)
        {
            if (pinned != key.Fingerprint)
            {
                throw new HostKeyException($"the key of {host} is {key.Fingerprint}, and not {pinned} as asked")
                {
                    Hint = "do not continue unless you know why: an attacker may be between you and the server",
                };
            }

            if (!trust.StoresFingerprint)
                return;
        }

        if (trust.KnownAs is { } name)
            host = host with { Host = name };
        string[] files = [.. trust.FurtherFiles.Prepend(path).Where(file => file != NoFile)];
        Known[] known =
        [
            .. from file in files
               from entry in KnownHostsFile.Of(file).Find(host)
               select new Known(file, entry.Key, entry.Line),
        ];
        if (known.Any(entry => entry.Key.Equals(key)))
            return;
        if (known.Length > 0)
            throw Changed(host, key, known[0]);
        bool taken = trust.AcceptNew
            || trust.StoresFingerprint
            || (trust.Ask is { } ask && await ask(host, key, cancellationToken).ConfigureAwait(false));
        if (!taken)
        {
            throw new HostKeyException($"the server {host} is not known; its key is {key.Fingerprint}")
            {
                Hint = "compare it with what 'rsh-server fingerprint' prints there, then give --fingerprint, or --accept-new",
            };
        }

        if (path != NoFile)
            Store(host, key, trust);
    }

    private void Store(HostAddress host, PublicKey key, HostTrust trust)
    {
        try
        {
            KnownHostsFile.Of(path).Add(host, key);
        }
        catch (Exception e) when (trust.NotStored is not null && e is IOException or UnauthorizedAccessException)
        {
            trust.NotStored!(e);
        }
    }

    private static HostKeyException Changed(HostAddress host, PublicKey key, Known known)
        => new($"THE KEY OF {host} HAS CHANGED: it is {key.Fingerprint} now, and was {known.Key.Fingerprint}")
        {
            Hint = "an attacker may be between you and the server; if the key was really replaced, "
                + $"remove line {known.Line} of {known.File}",
        };

    private sealed record Known(string File, PublicKey Key, int Line);
}
