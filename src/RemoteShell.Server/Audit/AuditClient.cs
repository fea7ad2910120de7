using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Audit;

/// <summary>Who does something, in lines of the audit journal.</summary>
/// <param name="Peer">Who is at the other end.</param>
/// <param name="Key">The client's key; null: it has shown none.</param>
/// <param name="Name">The comment of the key.</param>
internal sealed record AuditClient(Peer Peer, PublicKey? Key, string Name = "")
{
    /// <summary>Begins a line about what the client does.</summary>
    /// <param name="what">One of <see cref="AuditEvent"/>.</param>
    public AuditLine Line(string what) => new()
    {
        Event = what,
        Connection = Peer.Connection > 0 ? Peer.Connection : null,
        Peer = Peer.ToString(),
        Key = Key?.Fingerprint,
        Name = Name.Length > 0 ? Name : null,
    };
}
