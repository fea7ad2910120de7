using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Authentication.Vouching;

/// <summary>The proofs that were accepted, by the key of TLS for which they hold. Thread-safe.</summary>
/// <remarks>
/// A client that connects again needs no other proof, as long as it has another connection or a remembered job. What the key of ssh may
/// do is decided anew for each connection.
/// </remarks>
/// <param name="file">Keeps them over a restart.</param>
/// <param name="hasJobs">Whether the server remembers a job of a key of ssh.</param>
internal sealed class Vouchers(VoucherFile file, Func<PublicKey, bool> hasJobs)
{
    private readonly Lock _gate = new();

    // Guarded by _gate. Read from the file at the first use: the jobs of before must be known then.
    private Dictionary<PublicKey, Voucher>? _known;

    private Dictionary<PublicKey, Voucher> Known => _known ??= file.Read()
        .DistinctBy(voucher => voucher.Client)
        .ToDictionary(voucher => voucher.Client, voucher => new Voucher(voucher.Key, 0));

    /// <summary>The key of ssh behind a key of TLS; null if none is known.</summary>
    public VouchedKey? Find(PublicKey client)
    {
        lock (_gate)
        {
            return Known.TryGetValue(client, out Voucher? voucher) && IsNeeded(voucher) ? voucher.Key : null;
        }
    }

    /// <summary>Notes that a connection of a client begins.</summary>
    public void Enter(PublicKey client, VouchedKey key)
    {
        lock (_gate)
        {
            bool isNew = !Known.TryGetValue(client, out Voucher? known) || !known.Key.IsSame(key);
            Known[client] = new(key, (known?.Connections ?? 0) + 1);
            if (!isNew)
                return;
            foreach (PublicKey other in Known.Where(entry => !IsNeeded(entry.Value)).Select(entry => entry.Key).ToArray())
                Known.Remove(other);
            file.Write(Known.Select(entry => (entry.Key, entry.Value.Key)));
        }
    }

    /// <summary>Notes that a connection of a client has ended.</summary>
    public void Leave(PublicKey client)
    {
        lock (_gate)
        {
            if (Known.TryGetValue(client, out Voucher? known))
                Known[client] = known with { Connections = known.Connections - 1 };
        }
    }

    private bool IsNeeded(Voucher voucher) => voucher.Connections > 0 || hasJobs(voucher.Key.Key);

    private sealed record Voucher(VouchedKey Key, int Connections);
}
