using System.Net;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Authentication;

/// <summary>A key that may use this server, and on which terms.</summary>
/// <param name="Key">The key.</param>
/// <param name="Comment">The text behind it; empty where there is none.</param>
/// <param name="From">Networks that it may come from; empty: any.</param>
/// <param name="Expires">When it ends, in UTC; null: never.</param>
internal sealed record AuthorizedKey(PublicKey Key, string Comment, IReadOnlyList<IPNetwork> From, DateTime? Expires)
{
    /// <summary>How long nothing may flow over its connections; null: what the server says.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>What it may not do of what others may: <c>chat</c>, <c>notify</c>.</summary>
    public IReadOnlyList<string> Denied { get; init; } = [];

    /// <summary>Why the key may not be used from there at that time; null where it may.</summary>
    public string? Fault(IPAddress address, DateTime now)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (Expires is { } end && now >= end)
            return $"the key has expired on {end:yyyy-MM-dd HH:mm} UTC";
        return From.Count > 0 && !From.Any(network => network.Contains(plain)) ? $"the key may not be used from {plain}" : null;
    }
}
