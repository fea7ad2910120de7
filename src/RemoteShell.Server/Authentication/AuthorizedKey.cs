using System.Net;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Authentication;

/// <summary>A key that may use this server, with its options.</summary>
/// <param name="Key">The key.</param>
/// <param name="Comment">The text behind the key; empty if there is none.</param>
/// <param name="From">The networks from which the key may be used; empty for any.</param>
/// <param name="Expires">When the key expires, in UTC; null for never.</param>
internal sealed record AuthorizedKey(PublicKey Key, string Comment, IReadOnlyList<IPNetwork> From, DateTime? Expires)
{
    /// <summary>How long connections with this key may be idle; null for the server's <see cref="ServerOptions.IdleTimeout"/>.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Requests that are denied to the key: <c>chat</c>, <c>notify</c>, <c>files</c> and others.</summary>
    public IReadOnlyList<string> Denied { get; init; } = [];

    /// <summary>Where the key may be forwarded to, whatever the server allows; null: what the server allows to all.</summary>
    public IReadOnlyList<ForwardRule>? PermitOpen { get; init; }

    /// <summary>Where the key may listen, whatever the server allows; null: what the server allows to all.</summary>
    public IReadOnlyList<ForwardRule>? PermitListen { get; init; }

    /// <summary>What the key may do with files.</summary>
    public FileRights Files { get; init; } = new();

    /// <summary>How many bytes the files of the key may hold; null for the server's <see cref="ServerOptions.FileQuota"/>.</summary>
    public long? FileQuota { get; init; }

    /// <summary>Whether the key may do nothing but transfer files: commands would lead around the bounds of <see cref="Files"/>.</summary>
    public bool IsForFilesOnly => Files != new FileRights();

    /// <summary>Returns why a peer may not use the key at a time (UTC); null if it may.</summary>
    public string? Fault(Peer peer, DateTime now)
    {
        if (Expires is { } end && now >= end)
            return $"the key expired on {end:yyyy-MM-dd HH:mm} UTC";
        if (From.Count == 0)
            return null;
        if (peer.EndPoint?.Address is not { } address)
            return "the key is permitted from certain addresses only, and a tunnel has none";
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return From.Any(network => network.Contains(plain)) ? null : $"the key may not be used from {plain}";
    }
}
