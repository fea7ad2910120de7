using System.Net;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Connections;

/// <summary>Counts connections, in all, from each address, and of each key through tunnels, against the server's limits.</summary>
/// <remarks>
/// A tunnel has no address, so it counts only once its key is authorized. Until then <see cref="HandshakePlaces"/> bounds the tunnels.
/// </remarks>
internal sealed class ConnectionLimiter(CurrentOptions options)
{
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Dictionary<IPAddress, int> _fromAddress = [];
    private readonly Dictionary<PublicKey, int> _throughTunnels = [];
    private int _connections;

    /// <summary>Counts a connection from an address, also one over a limit: it exists until it has been refused.</summary>
    /// <returns>The connection, with the limit that it exceeds. The caller disposes it when the connection has ended.</returns>
    public CountedConnection Enter(Peer peer) => new(this, peer, peer.EndPoint is { } from ? Count(from.Address) : null);

    /// <summary>Counts a tunnel with an authorized key, unless that exceeds a limit.</summary>
    /// <returns>The limit that it would exceed, for people; null if it is counted.</returns>
    public string? TryCount(PublicKey key)
    {
        ServerLimits limits = options.Value.Limits;
        lock (_gate)
        {
            int ofKey = _throughTunnels.GetValueOrDefault(key) + 1;
            if (_connections >= limits.Connections)
                return AllTaken(limits);
            if (ofKey > limits.ConnectionsPerAddress)
                return $"this key has reached the limit of {limits.ConnectionsPerAddress} connections through tunnels";
            _throughTunnels[key] = ofKey;
            _connections++;
            return null;
        }
    }

    /// <summary>Ends the counting of a connection from an address.</summary>
    public void Leave(IPAddress address) => Leave(_fromAddress, address);

    /// <summary>Ends the counting of a tunnel.</summary>
    public void Leave(PublicKey key) => Leave(_throughTunnels, key);

    private string? Count(IPAddress address)
    {
        ServerLimits limits = options.Value.Limits;
        lock (_gate)
        {
            int fromHere = _fromAddress.GetValueOrDefault(address) + 1;
            _fromAddress[address] = fromHere;
            _connections++;
            if (_connections > limits.Connections)
                return AllTaken(limits);
            if (fromHere > limits.ConnectionsPerAddress)
                return $"the server has reached its limit of {limits.ConnectionsPerAddress} connections from {address}";
            return null;
        }
    }

    private void Leave<T>(Dictionary<T, int> counts, T one)
        where T : notnull
    {
        lock (_gate)
        {
            _connections--;
            if (--counts[one] == 0)
                counts.Remove(one);
        }
    }

    private static string AllTaken(ServerLimits limits) => $"the server has reached its limit of {limits.Connections} connections";
}
