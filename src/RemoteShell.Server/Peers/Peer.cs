using System.Globalization;
using System.Net;

namespace RemoteShell.Server.Peers;

/// <summary>Who is at the other end of a connection: an address, or a tunnel, which has no address.</summary>
internal sealed class Peer
{
    private readonly long _tunnel;

    private Peer(IPEndPoint? endPoint, long tunnel) => (EndPoint, _tunnel) = (endPoint, tunnel);

    /// <summary>The address and port; null for a tunnel.</summary>
    public IPEndPoint? EndPoint { get; }

    /// <summary>Whether it is a tunnel.</summary>
    public bool IsTunnel => EndPoint is null;

    /// <summary>The network that the peer is in.</summary>
    public PeerNetwork Network => PeerNetwork.Of(EndPoint?.Address);

    /// <summary>A client with an address.</summary>
    public static Peer At(IPEndPoint endPoint) => new(endPoint, 0);

    /// <summary>A client at the end of a tunnel.</summary>
    /// <param name="number">The number of the tunnel at this server.</param>
    public static Peer Tunnel(long number) => new(null, number);

    /// <summary>The address and port, or such as <c>tunnel 7</c>.</summary>
    public override string ToString() => EndPoint?.ToString() ?? string.Create(CultureInfo.InvariantCulture, $"tunnel {_tunnel}");
}
