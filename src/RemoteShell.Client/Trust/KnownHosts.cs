using RemoteShell.Keys;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Trust;

/// <summary>The keys of known servers, one in each line, in the syntax of ssh: <c>HOST:PORT ecdsa-sha2-nistp256 BASE64</c>.</summary>
internal sealed class KnownHosts(string path)
{
    private const string NoFile = "/dev/null";

    /// <inheritdoc cref="CheckAsync(HostAddress, PublicKey, ReadOnlyMemory{byte}?, HostTrust, CancellationToken)"/>
    public ValueTask<HostKeyFollower?> CheckAsync(HostAddress host, PublicKey key, HostTrust trust, CancellationToken cancellationToken)
        => CheckAsync(host, key, certificate: null, trust, cancellationToken);

    /// <summary>Returns if the key is trusted.</summary>
    /// <param name="host">The server.</param>
    /// <param name="key">Its key.</param>
    /// <param name="certificate">The blob that it shows as a certificate of the key; null: none.</param>
    /// <param name="trust">What else decides.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    /// <returns>What learns the next key of the server; null if the key is not trusted by a line that this client may continue.</returns>
    /// <exception cref="HostKeyException">The key is not trusted.</exception>
    public async ValueTask<HostKeyFollower?> CheckAsync(
        HostAddress host, PublicKey key, ReadOnlyMemory<byte>? certificate, HostTrust trust, CancellationToken cancellationToken)
    {
        HostAddress named = trust.KnownAs is { } name ? host with { Host = name } : host;
        (string File, KnownHostLines Lines)[] all =
        [
            .. trust.FurtherFiles.Prepend(path).Where(file => file != NoFile).Select(file => (file, KnownHostsFile.Of(file).Look(named))),
        ];
        RequireNotRevoked(named, key, certificate, From(all, lines => lines.Revoked));
        if (trust.Fingerprint is { } pinned)
        {
            RequirePinned(host, key, pinned);
            if (!trust.StoresFingerprint)
                return null;
        }

        Known[] known = From(all, lines => lines.Keys);
        if (known.FirstOrDefault(line => line.Entry.Key.Equals(key)) is { } match)
            return match.File == path ? Follower(named, key, match.Entry.Form, trust) : null;
        string? fault = null;
        if (trust.Fingerprint is null && certificate is { } shown && From(all, lines => lines.Authorities) is { Length: > 0 } authorities)
        {
            (bool isTrusted, fault) = Judge(shown, key, named.Host, authorities);
            if (isTrusted)
                return null;
        }

        if (known.Length > 0)
            throw Changed(named, key, known[0]);
        if (fault is not null)
            throw BadCertificate(named, fault);
        bool taken = trust.AcceptNew
            || trust.StoresFingerprint
            || (trust.Ask is { } ask && await ask(named, key, cancellationToken).ConfigureAwait(false));
        if (!taken)
        {
            throw new HostKeyException($"the server {named} is not known; its key is {key.Fingerprint}")
            {
                Hint = "compare it with what 'rsh-server fingerprint' prints there, then give --fingerprint, or --accept-new",
            };
        }

        return path != NoFile && TryStore(named, key, trust) ? Follower(named, key, LineForm.Name, trust) : null;
    }

    // As ssh: a revoked key is refused whatever else trusts it, and so is one that a revoked authority has certified.
    private static void RequireNotRevoked(HostAddress host, PublicKey key, ReadOnlyMemory<byte>? certificate, Known[] revoked)
    {
        if (revoked.Length == 0)
            return;
        if (revoked.FirstOrDefault(line => line.Entry.Key.Equals(key)) is { } own)
            throw Revoked($"THE KEY OF {host} IS REVOKED: {key.Fingerprint}", own);
        PublicKey? authority = certificate is { } shown ? Parse(shown, out _)?.Authority : null;
        if (revoked.FirstOrDefault(line => line.Entry.Key.Equals(authority)) is { } signer)
            throw Revoked($"THE AUTHORITY THAT HAS CERTIFIED THE KEY OF {host} IS REVOKED: {authority!.Fingerprint}", signer);
    }

    private static HostKeyException Revoked(string message, Known line) => new(message)
    {
        Hint = $"do not connect: line {line.Entry.Line} of {line.File} forbids it, perhaps because somebody else has the private key",
    };

    private static void RequirePinned(HostAddress host, PublicKey key, string pinned)
    {
        if (pinned != key.Fingerprint)
        {
            throw new HostKeyException($"the key of {host} is {key.Fingerprint}, and not {pinned} as asked")
            {
                Hint = "do not continue unless you know why: an attacker may be between you and the server",
            };
        }
    }

    // A certificate of an authority that is not known here is the same as none.
    private static (bool IsTrusted, string? Fault) Judge(
        ReadOnlyMemory<byte> shown, PublicKey key, string name, Known[] authorities)
    {
        if (Parse(shown, out string? unreadable) is not { } certificate)
            return (false, unreadable);
        if (!authorities.Any(line => line.Entry.Key.Equals(certificate.Authority)))
            return (false, null);
        string? fault = HostCertificate.FindFault(certificate, key, name, DateTimeOffset.UtcNow);
        return (fault is null, fault);
    }

    private static SshCertificate? Parse(ReadOnlyMemory<byte> blob, out string? fault)
    {
        try
        {
            fault = null;
            return SshCertificate.Parse(blob.Span);
        }
        catch (FormatException e)
        {
            fault = e.Message;
            return null;
        }
    }

    private static HostKeyException BadCertificate(HostAddress host, string fault)
        => new($"the certificate of {host} is not accepted: {fault}")
        {
            Hint = "let the authority of @cert-authority in known_hosts certify the server's key again; "
                + "or compare the key with what 'rsh-server fingerprint' prints there, and give --fingerprint",
        };

    private static Known[] From((string File, KnownHostLines Lines)[] all, Func<KnownHostLines, IReadOnlyList<KnownHostKey>> which)
        => [.. all.SelectMany(one => which(one.Lines).Select(entry => new Known(one.File, entry)))];

    private HostKeyFollower? Follower(HostAddress host, PublicKey key, LineForm form, HostTrust trust)
        => form == LineForm.Pattern ? null : new(KnownHostsFile.Of(path), host, key, form, trust.NotStored);

    private bool TryStore(HostAddress host, PublicKey key, HostTrust trust)
    {
        try
        {
            KnownHostsFile.Of(path).Add(host, key);
            return true;
        }
        catch (Exception e) when (trust.NotStored is not null && e is IOException or UnauthorizedAccessException)
        {
            trust.NotStored!(e);
            return false;
        }
    }

    private static HostKeyException Changed(HostAddress host, PublicKey key, Known known)
        => new($"THE KEY OF {host} HAS CHANGED: it is {key.Fingerprint} now, and was {known.Entry.Key.Fingerprint}")
        {
            Hint = "an attacker may be between you and the server; if the key was really replaced, "
                + $"remove line {known.Entry.Line} of {known.File}",
        };

    private sealed record Known(string File, KnownHostKey Entry);
}
