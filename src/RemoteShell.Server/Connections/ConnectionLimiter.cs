using System.Net;

namespace RemoteShell.Server.Connections;

/// <summary>Counts connections, in all and from each address, against the server's limits.</summary>
internal sealed class ConnectionLimiter(CurrentOptions options)
{
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Dictionary<IPAddress, int> _fromAddress = [];
    private int _connections;

    /// <summary>Counts a connection, also one over a limit: it exists until it has been refused.</summary>
    /// <returns>The limit that is exceeded, for people; null if there is none.</returns>
    public string? Enter(IPAddress address)
    {
        ServerLimits limits = options.Value.Limits;
        lock (_gate)
        {
            int fromHere = _fromAddress.GetValueOrDefault(address) + 1;
            _fromAddress[address] = fromHere;
            _connections++;
            if (_connections > limits.Connections)
                return $"the server has reached its limit of {limits.Connections} connections";
            if (fromHere > limits.ConnectionsPerAddress)
                return $"the server has reached its limit of {limits.ConnectionsPerAddress} connections from {address}";
            return null;
        }
    }

    /// <summary>Ends the counting of a connection.</summary>
    public void Leave(IPAddress address)
    {
        lock (_gate)
        {
            _connections--;
            if (--_fromAddress[address] == 0)
                _fromAddress.Remove(address);
        }
    }
}
