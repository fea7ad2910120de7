using System.Globalization;
using System.Net;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Processes;

/// <summary>The two ends of a client's connection.</summary>
/// <param name="Client">The client.</param>
/// <param name="Server">The server's address, at which the connection arrived; null for a tunnel.</param>
internal sealed record ConnectionEnds(Peer Client, IPEndPoint? Server)
{
    // What sshd writes of a connection that is not a socket.
    private const string UnknownHost = "UNKNOWN";
    private const int UnknownPort = 65535;

    /// <summary>The client's address without its port.</summary>
    public string ClientHost => HostOf(Client.EndPoint);

    /// <summary>The value of <c>SSH_CLIENT</c>: the client's address and port, and the server's port.</summary>
    public string SshClient => string.Create(CultureInfo.InvariantCulture, $"{ClientHost} {PortOf(Client.EndPoint)} {PortOf(Server)}");

    /// <summary>The value of <c>SSH_CONNECTION</c>: address and port of the client, then of the server.</summary>
    public string SshConnection => string.Create(
        CultureInfo.InvariantCulture, $"{ClientHost} {PortOf(Client.EndPoint)} {HostOf(Server)} {PortOf(Server)}");

    // A socket for both families tells an IPv4 address as an IPv6 address, which no program expects.
    private static string HostOf(IPEndPoint? end)
    {
        if (end is null)
            return UnknownHost;
        return (end.Address.IsIPv4MappedToIPv6 ? end.Address.MapToIPv4() : end.Address).ToString();
    }

    private static int PortOf(IPEndPoint? end) => end?.Port ?? UnknownPort;
}
