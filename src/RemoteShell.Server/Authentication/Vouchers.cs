using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Authentication;

/// <summary>The proofs that were accepted, by the key of TLS for which they hold. Thread-safe.</summary>
/// <remarks>
/// A client that connects again needs no other proof, as long as it has another connection or a remembered job. What the key of ssh may
/// do is decided anew for each connection.
/// </remarks>
/// <param name="hasJobs">Whether the server remembers a job of a key of ssh.</param>
internal sealed class Vouchers(Func<PublicKey, bool> hasJobs)
{
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Dictionary<PublicKey, Voucher> _vouchers = [];

    /// <summary>The key of ssh behind a key of TLS; null if none is known.</summary>
    public VouchedKey? Find(PublicKey client)
    {
        lock (_gate)
        {
            if (!_vouchers.TryGetValue(client, out Voucher? voucher))
                return null;
            if (IsNeeded(voucher))
                return voucher.Key;
            _vouchers.Remove(client);
            return null;
        }
    }

    /// <summary>Notes that a connection of a client begins.</summary>
    public void Enter(PublicKey client, VouchedKey key)
    {
        lock (_gate)
        {
            foreach (PublicKey other in _vouchers.Where(entry => !IsNeeded(entry.Value)).Select(entry => entry.Key).ToArray())
                _vouchers.Remove(other);
            int connections = _vouchers.TryGetValue(client, out Voucher? known) ? known.Connections : 0;
            _vouchers[client] = new(key, connections + 1);
        }
    }

    /// <summary>Notes that a connection of a client has ended.</summary>
    public void Leave(PublicKey client)
    {
        lock (_gate)
        {
            if (_vouchers.TryGetValue(client, out Voucher? known))
                _vouchers[client] = known with { Connections = known.Connections - 1 };
        }
    }

    private bool IsNeeded(Voucher voucher) => voucher.Connections > 0 || hasJobs(voucher.Key.Key);

    private sealed record Voucher(VouchedKey Key, int Connections);
}
