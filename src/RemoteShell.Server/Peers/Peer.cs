using System.Globalization;
using System.Net;

namespace RemoteShell.Server.Peers;

/// <summary>Who is at the other end of a connection: an address, or a tunnel, which has no address.</summary>
internal sealed class Peer
{
    private readonly long _tunnel;

    // Made at the first use. Two threads that race write equal texts.
    private string? _text;

    private Peer(IPEndPoint? endPoint, long tunnel, long connection)
        => (EndPoint, _tunnel, Connection) = (endPoint, tunnel, connection);

    /// <summary>The number of the connection at this server; 0: it has none, such as a signed request.</summary>
    public long Connection { get; }

    /// <summary>The number as in the log: <c>#7</c>.</summary>
    public string Mark => string.Create(CultureInfo.InvariantCulture, $"#{Connection}");

    /// <summary>The address and port; null for a tunnel.</summary>
    public IPEndPoint? EndPoint { get; }

    /// <summary>Whether it is a tunnel.</summary>
    public bool IsTunnel => EndPoint is null;

    /// <summary>The network that the peer is in.</summary>
    public PeerNetwork Network => PeerNetwork.Of(EndPoint?.Address);

    /// <summary>A client with an address.</summary>
    /// <param name="endPoint">The address and port.</param>
    /// <param name="connection">The number of the connection.</param>
    public static Peer At(IPEndPoint endPoint, long connection = 0) => new(endPoint, 0, connection);

    /// <summary>A client at the end of a tunnel.</summary>
    /// <param name="number">The number of the tunnel at this server.</param>
    /// <param name="connection">The number of the connection.</param>
    public static Peer Tunnel(long number, long connection = 0) => new(null, number, connection);

    /// <summary>The address and port, or such as <c>tunnel 7</c>.</summary>
    public override string ToString()
        => _text ??= EndPoint?.ToString() ?? string.Create(CultureInfo.InvariantCulture, $"tunnel {_tunnel}");
}
