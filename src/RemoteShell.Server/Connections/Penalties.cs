using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Connections;

/// <summary>
/// Refuses connections from addresses whose clients fail to authenticate or break the protocol, longer each time, as sshd's
/// PerSourcePenalties. Thread-safe.
/// </summary>
/// <remarks>
/// An IPv6 network of 64 bits has a penalty of its own, to which each address that is not known yet adds a part. So it is in force once
/// many addresses of the network fail. A tunnel has no address, and no penalty.
/// </remarks>
/// <param name="exempt">Returns the networks without penalties. Called for each connection.</param>
/// <param name="clock">Its timestamps, not its time of day.</param>
internal sealed class Penalties(Func<IReadOnlyList<IPNetwork>> exempt, TimeProvider clock)
{
    // So many addresses of a network make up the penalty of one address.
    private const int AddressesOfNetwork = 16;

    /// <summary>The time in which a client offers one key after the other.</summary>
    public static readonly TimeSpan Attempt = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly long _start = clock.GetTimestamp();

    // Guarded by _gate.
    private readonly PenaltyTable<IPAddress> _addresses = new();
    private readonly PenaltyTable<PeerNetwork> _networks = new();

    private TimeSpan Now => clock.GetElapsedTime(_start);

    /// <summary>The number of addresses and networks that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _addresses.Count + _networks.Count;
        }
    }

    /// <summary>Adds a penalty to the peer's address, and to its network.</summary>
    /// <param name="peer">Who is at the other end.</param>
    /// <param name="cause">What the client did.</param>
    /// <param name="shown">
    /// The client's key of TLS; null if it showed none. Causes of one key within <see cref="Attempt"/> count once: a client offers its keys
    /// of ssh one after the other, each on a connection of its own.
    /// </param>
    public void Add(Peer peer, PenaltyCause cause, PublicKey? shown = null)
    {
        if (AddressOf(peer) is not { } address)
            return;
        lock (_gate)
        {
            TimeSpan now = Now;
            PenaltyRecord? known = _addresses.Find(address);
            if (shown is not null && known?.Shown is { } last && last.Key.Equals(shown) && now - last.At < Attempt)
                return;
            if ((known is null || known.IsOver(now)) && address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                var network = PeerNetwork.Of(address);
                (_networks.Find(network) ?? _networks.Add(network, now)).Add(cause, cause.Time / AddressesOfNetwork, now);
            }

            PenaltyRecord record = known ?? _addresses.Add(address, now);
            record.Add(cause, cause.Time, now);
            if (shown is not null)
                record.Shown = (shown, now);
        }
    }

    /// <summary>Forgets the penalties of a peer's address, since a client of it has been authorized.</summary>
    public void Clear(Peer peer)
    {
        if (AddressOf(peer) is not { } address)
            return;
        lock (_gate)
            _addresses.Remove(address);
    }

    /// <summary>Whether a connection of the peer is refused. Counts it, if so.</summary>
    /// <param name="peer">Who is at the other end.</param>
    /// <param name="toLog">The penalty, unless a refusal by it was logged in the last minute.</param>
    public bool Refuses(Peer peer, out Penalty? toLog)
    {
        toLog = null;
        if (AddressOf(peer) is not { } address)
            return false;
        lock (_gate)
        {
            TimeSpan now = Now;
            var network = PeerNetwork.Of(address);
            (string place, PenaltyRecord? record) = _addresses.Find(address) is { } own && own.IsInForce(now)
                ? (address.ToString(), own)
                : (NameOf(network), _networks.Find(network));
            if (record?.IsInForce(now) != true)
                return false;
            record.Refused++;
            if (record.Logged is { } last && now - last < LogInterval)
                return true;
            record.Logged = now;
            toLog = ToPenalty(place, record, now);
            return true;
        }
    }

    /// <summary>The penalties that are in force, the longest first.</summary>
    public IReadOnlyList<Penalty> InForce()
    {
        lock (_gate)
        {
            TimeSpan now = Now;
            IEnumerable<Penalty> addresses = _addresses.All
                .Where(entry => entry.Value.IsInForce(now))
                .Select(entry => ToPenalty(entry.Key.ToString(), entry.Value, now));
            IEnumerable<Penalty> networks = _networks.All
                .Where(entry => entry.Value.IsInForce(now))
                .Select(entry => ToPenalty(NameOf(entry.Key), entry.Value, now));
            return [.. addresses.Concat(networks).OrderByDescending(penalty => penalty.Left)];
        }
    }

    private static Penalty ToPenalty(string place, PenaltyRecord record, TimeSpan now)
        => new(place, record.End - now, record.Cause, record.Refused);

    private static string NameOf(PeerNetwork network) => $"{network.Address}/64";

    // Null: no penalty applies.
    private IPAddress? AddressOf(Peer peer)
    {
        if (peer.EndPoint?.Address is not { } address)
            return null;
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return exempt().Any(network => network.Contains(plain)) ? null : plain;
    }
}
