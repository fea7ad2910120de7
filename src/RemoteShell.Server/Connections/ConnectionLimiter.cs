using System.Net;

namespace RemoteShell.Server.Connections;

/// <summary>Counts connections, in all and from each address, and says when one is too many.</summary>
internal sealed class ConnectionLimiter(ServerLimits limits)
{
    private readonly Lock _gate = new();

    // Under _gate.
    private readonly Dictionary<IPAddress, int> _fromAddress = [];
    private int _connections;
    private int _handshakes;

    /// <summary>Counts a connection in. It is counted even over the limit, since it is there until it has been told so.</summary>
    /// <returns>What limit it is over; null where it is within all.</returns>
    public string? Enter(IPAddress address)
    {
        lock (_gate)
        {
            int fromHere = _fromAddress[address] = _fromAddress.GetValueOrDefault(address) + 1;
            _connections++;
            if (_connections > limits.Connections)
                return $"the server has its {limits.Connections} connections already";
            return fromHere > limits.ConnectionsPerAddress ? $"the server has its {limits.ConnectionsPerAddress} connections from {address} already" : null;
        }
    }

    /// <summary>Counts a connection out.</summary>
    public void Leave(IPAddress address)
    {
        lock (_gate)
        {
            _connections--;
            if (--_fromAddress[address] == 0)
                _fromAddress.Remove(address);
        }
    }

    /// <summary>Counts a handshake in; false where it is too many.</summary>
    public bool TryBeginHandshake()
    {
        lock (_gate)
            return _handshakes < limits.Handshakes && ++_handshakes > 0;
    }

    /// <summary>Counts a handshake out.</summary>
    public void EndHandshake()
    {
        lock (_gate)
            _handshakes--;
    }
}
