using RemoteShell.Keys;
using RemoteShell.Protocol.Keys;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication.Vouching;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Authentication.Lists;

/// <summary>The keys that may use the server, and those that are revoked, as the files were at one moment.</summary>
internal sealed class KeyLists
{
    private const string AdministratorHint = "ask the server's administrator";

    private readonly ILookup<PublicKey, AuthorizedKey> _keys;
    private readonly ILookup<PublicKey, AuthorizedKey> _authorities;
    private readonly Lazy<ILookup<string, AuthorizedKey>> _named;
    private readonly List<string> _files;
    private readonly IReadOnlySet<string> _revoked;
    private readonly string _user;

    /// <summary>Makes the lists.</summary>
    /// <param name="authorized">The lines of the keys that may use the server, file by file.</param>
    /// <param name="revoked">The fingerprints of the revoked keys.</param>
    /// <param name="user">The user of the server, for which a certificate must be.</param>
    public KeyLists(IReadOnlyList<AuthorizedKey> authorized, IReadOnlySet<string> revoked, string user)
    {
        _keys = authorized.Where(line => !line.IsAuthority).ToLookup(line => line.Key);
        _authorities = authorized.Where(line => line.IsAuthority).ToLookup(line => line.Key);
        _named = new(() => authorized.ToLookup(line => line.Key.Fingerprint, StringComparer.Ordinal));
        _files = [.. authorized.Select(line => line.File).Distinct(StringComparer.Ordinal)];
        (_revoked, _user) = (revoked, user);
    }

    /// <summary>Whether a line is that of a key itself. Whether it permits anything is not decided.</summary>
    public bool Has(PublicKey key) => _keys.Contains(key);

    /// <summary>Whether a line is about a client: that of its key, or of the authority of its certificate.</summary>
    public bool Has(ClientKeys client) => client.Vouched is { } vouched ? LinesOf(vouched).Length > 0 : Has(client.Shown);

    /// <summary>The lines of a key itself, in the order of the files; empty if it is revoked.</summary>
    public IReadOnlyList<AuthorizedKey> LinesOf(PublicKey key) => IsRevoked(key) ? [] : [.. _keys[key]];

    /// <summary>Decides whether a client may use the server.</summary>
    /// <param name="client">Its keys.</param>
    /// <param name="peer">Where it comes from.</param>
    /// <param name="now">The time, in UTC.</param>
    public KeyDecision Decide(ClientKeys client, Peer peer, DateTime now)
    {
        if (client.All.FirstOrDefault(IsRevoked) is { } key)
            return KeyDecision.Refuse($"the key {key.Fingerprint} is revoked", AdministratorHint);
        AuthorizedKey[] lines = client.Vouched is { } vouched ? LinesOf(vouched) : [.. _keys[client.Shown]];
        if (lines.Length == 0)
        {
            PublicKey named = client.Named;
            return KeyDecision.Refuse(
                $"the key {named.Fingerprint} is not authorized here", $"at the server, run: rsh-server authorize '{named}'");
        }

        return lines.FirstOrDefault(line => line.Fault(peer, now) is null) is { } permitted
            ? KeyDecision.Permit(permitted)
            : KeyDecision.Refuse(lines[0].Fault(peer, now)!, AdministratorHint);
    }

    /// <summary>The first of some keys that may use the server, as far as that is known before they are proved; null if none may.</summary>
    /// <param name="names">The names that the client gives them (<see cref="KeyName"/>).</param>
    /// <param name="peer">Where the client comes from.</param>
    /// <param name="now">The time, in UTC.</param>
    public string? FindPermitted(IReadOnlyList<string> names, Peer peer, DateTime now)
    {
        return names.FirstOrDefault(name => KeyName.AuthorityIn(name) is { } authority
            ? IsPermitted(authority, line => line.IsAuthority)
            : IsPermitted(name, line => !line.IsAuthority));

        bool IsPermitted(string fingerprint, Func<AuthorizedKey, bool> isMeant)
            => !_revoked.Contains(fingerprint) && _named.Value[fingerprint].Any(line => isMeant(line) && line.Fault(peer, now) is null);
    }

    /// <summary>Whether a key of ssh may use the server from somewhere: by a line of its own, or of its authority.</summary>
    /// <remarks>A certificate may have expired: the jobs of its key stay with the user, who renews it.</remarks>
    /// <param name="key">The key, which owns jobs.</param>
    /// <param name="vouched">The proofs that were accepted for it.</param>
    /// <param name="now">The time, in UTC.</param>
    public bool IsAuthorized(PublicKey key, IEnumerable<VouchedKey> vouched, DateTime now)
    {
        if (IsRevoked(key))
            return false;
        if (_keys[key].Any(IsInForce))
            return true;
        return vouched.Select(proof => proof.Certificate).OfType<SshCertificate>().Any(certificate => !IsRevoked(certificate.Authority)
            && _authorities[certificate.Authority].Any(line => IsInForce(line) && VouchedLine.IsFor(line, certificate, _user)));

        bool IsInForce(AuthorizedKey line) => line.Expires is not { } end || now < end;
    }

    /// <summary>Whether a key is revoked.</summary>
    public bool IsRevoked(PublicKey key) => _revoked.Count > 0 && _revoked.Contains(key.Fingerprint);

    /// <summary>When the next line expires after a time; null if none does.</summary>
    public DateTime? NextExpiry(DateTime after)
        => _keys.Concat(_authorities).SelectMany(lines => lines).Select(line => line.Expires).Where(end => end > after).Min();

    private AuthorizedKey[] LinesOf(VouchedKey vouched)
    {
        IEnumerable<AuthorizedKey> certified = vouched.Certificate is { } certificate ? _authorities[certificate.Authority] : [];
        return
        [
            .. _keys[vouched.Key].Concat(certified)
                .OrderBy(line => (_files.IndexOf(line.File), line.LineNumber))
                .Select(line => VouchedLine.Of(line, vouched, _user))
                .OfType<AuthorizedKey>(),
        ];
    }
}
