using System.Net;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Authentication;

/// <summary>A key that may use this server, with its options.</summary>
/// <param name="Key">The key.</param>
/// <param name="Comment">The text behind the key; empty if there is none.</param>
/// <param name="From">The networks from which the key may be used; empty for any.</param>
/// <param name="Expires">When the key expires, in UTC; null for never.</param>
internal sealed record AuthorizedKey(PublicKey Key, string Comment, IReadOnlyList<IPNetwork> From, DateTime? Expires)
{
    /// <summary>The path of its file; empty: it is not from a file.</summary>
    public string File { get; init; } = "";

    /// <summary>The number of its line in the file, counted from 1; 0: it is not from a file.</summary>
    public int LineNumber { get; init; }

    /// <summary>The options in front of the key, as they are in the line; empty if there are none.</summary>
    public string Options { get; init; } = "";

    /// <summary>How long connections with this key may be idle; null for the server's <see cref="ServerOptions.IdleTimeout"/>.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>The options that begin with <c>no-</c>, without that: <c>chat</c>, <c>notify</c>, <c>pty</c> and others.</summary>
    public IReadOnlyList<string> Denied { get; init; } = [];

    /// <summary>What <c>restrict</c> does not take: <c>pty</c>, <c>port-forwarding</c> and <c>agent-forwarding</c>.</summary>
    public IReadOnlyList<string> Granted { get; init; } = [];

    /// <summary>Whether the key has the option <c>restrict</c>.</summary>
    public bool IsRestricted { get; init; }

    /// <summary>The command line that runs in place of each command and each login shell; null: what the client asks for.</summary>
    public string? Command { get; init; }

    /// <summary>Variables of each command.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What the key may ask for; null: all that no other option refuses.</summary>
    public IReadOnlyList<KeyRule>? Allow { get; init; }

    /// <summary>What the key may not ask for.</summary>
    public IReadOnlyList<KeyRule> Deny { get; init; } = [];

    /// <summary>Where the key may be forwarded to, whatever the server allows; null: what the server allows to all.</summary>
    public IReadOnlyList<ForwardRule>? PermitOpen { get; init; }

    /// <summary>Where the key may listen, whatever the server allows; null: what the server allows to all.</summary>
    public IReadOnlyList<ForwardRule>? PermitListen { get; init; }

    /// <summary>What the key may do with files.</summary>
    public FileRights Files { get; init; } = new();

    /// <summary>How many bytes the files of the key may hold; null for the server's <see cref="ServerOptions.FileQuota"/>.</summary>
    public long? FileQuota { get; init; }

    /// <summary>How many jobs of the key may run at once; null for the server's limit.</summary>
    public int? MaxJobs { get; init; }

    /// <summary>How many connections the key may have at once; null: only the server's limits apply.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>Bytes on disk for the output of each job of the key; null for <see cref="ServerOptions.JobQuota"/>.</summary>
    public long? JobQuota { get; init; }

    /// <summary>How many requests the key may make in a time; null: any.</summary>
    public KeyRate? Rate { get; init; }

    /// <summary>Whether the terminals and the commands of the key are recorded, also if the server records none.</summary>
    public bool IsRecorded { get; init; }

    /// <summary>Whether the key is that of an authority, whose certificates may use the server, and may not itself.</summary>
    public bool IsAuthority { get; init; }

    /// <summary>Of which names a certificate of the authority must have one; null: that of the server's user.</summary>
    public IReadOnlyList<string>? Principals { get; init; }

    /// <summary>The networks from which a certificate may be used, in addition to <see cref="From"/>; empty for any.</summary>
    public IReadOnlyList<IPNetwork> CertificateFrom { get; init; } = [];

    /// <summary>Why the client's proof does not permit the use of the line, for people; null: it does.</summary>
    public string? ProofFault { get; init; }

    /// <summary>Whether each use of the key must prove that its user was verified.</summary>
    public bool RequiresVerification { get; init; }

    /// <summary>Whether the key may do nothing but transfer files: commands would lead around the bounds of <see cref="Files"/>.</summary>
    public bool IsForFilesOnly => Files != new FileRights();

    /// <summary>Whether a text of the administrator is about this key: its fingerprint, the text behind it, or the key.</summary>
    public bool IsNamed(string text)
        => Key.Fingerprint == text
            || (Comment.Length > 0 && Comment == text)
            || Key.ToString() == string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2));

    /// <summary>Returns why a peer may not use the key at a time (UTC); null if it may.</summary>
    public string? Fault(Peer peer, DateTime now)
    {
        if (ProofFault is { } fault)
            return fault;
        if (Expires is { } end && now >= end)
            return $"the key expired on {end:yyyy-MM-dd HH:mm} UTC";
        if (From.Count + CertificateFrom.Count == 0)
            return null;
        if (peer.EndPoint?.Address is not { } address)
            return "the key is permitted from certain addresses only, and a tunnel has none";
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IsIn(From, plain) && IsIn(CertificateFrom, plain) ? null : $"the key may not be used from {plain}";
    }

    /// <summary>Whether another line has the same options.</summary>
    public bool HasSameOptionsAs(AuthorizedKey other)
        => Expires == other.Expires
            && IdleTimeout == other.IdleTimeout
            && From.SequenceEqual(other.From)
            && Files == other.Files
            && FileQuota == other.FileQuota
            && (PermitOpen ?? []).SequenceEqual(other.PermitOpen ?? [])
            && (PermitListen ?? []).SequenceEqual(other.PermitListen ?? [])
            && Denied.Order().SequenceEqual(other.Denied.Order())
            && Granted.Order().SequenceEqual(other.Granted.Order())
            && (IsRestricted, IsRecorded, RequiresVerification) == (other.IsRestricted, other.IsRecorded, other.RequiresVerification)
            && IsAuthority == other.IsAuthority
            && (Principals ?? []).SequenceEqual(other.Principals ?? [])
            && (Command, MaxJobs, MaxConnections) == (other.Command, other.MaxJobs, other.MaxConnections)
            && (JobQuota, Rate) == (other.JobQuota, other.Rate)
            && Environment.OrderBy(one => one.Key).SequenceEqual(other.Environment.OrderBy(one => one.Key))
            && Texts(Allow).SequenceEqual(Texts(other.Allow))
            && Texts(Deny).SequenceEqual(Texts(other.Deny));

    private static bool IsIn(IReadOnlyList<IPNetwork> networks, IPAddress address)
        => networks.Count == 0 || networks.Any(network => network.Contains(address));

    private static IEnumerable<string> Texts(IReadOnlyList<KeyRule>? rules) => rules?.Select(rule => rule.Text) ?? ["(all)"];
}
