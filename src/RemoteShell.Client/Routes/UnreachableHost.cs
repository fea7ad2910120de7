using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Routes;

/// <summary>Says why a host cannot be reached, and what helps.</summary>
internal static class UnreachableHost
{
    /// <summary>Says why a host cannot be reached.</summary>
    public static ConnectFailedException For(HostAddress host, SocketException e)
    {
        bool isLinkLocal = IPAddress.TryParse(host.Host, out IPAddress? address) && address is { IsIPv6LinkLocal: true, ScopeId: 0 };
        if (isLinkLocal)
            return WrongInterface(host, e);
        return e.SocketErrorCode switch
        {
            SocketError.HostNotFound or SocketError.NoData
                => new($"there is no host named '{host.Host}'", e) { Hint = "check the name" },
            SocketError.TryAgain => new($"the name '{host.Host}' cannot be resolved now: the name service does not answer", e)
            {
                Hint = "check the name, the network, and the name servers in /etc/resolv.conf",
                IsPassing = true,
            },
            SocketError.ConnectionReset or SocketError.ConnectionAborted => Closed(host, e),
            SocketError.ConnectionRefused
                => new($"nothing listens at {host}", e) { Hint = "start the server there with 'rsh-server run', or check the port" },
            _ => new($"cannot reach {host}: {e.Message}", e) { Hint = "check the address and the network" },
        };
    }

    /// <summary>Says that the connection was closed early.</summary>
    /// <remarks>What answers is unknown: a server that has too many handshakes in progress closes the connection.</remarks>
    public static ConnectFailedException Closed(HostAddress host, Exception e)
        => new($"{host} closed the connection during the handshake: {e.Message}", e)
        {
            Hint = "check the port; if it is right, the server may have too many handshakes in progress: try again later",
            IsPassing = true,
        };

    private static ConnectFailedException WrongInterface(HostAddress host, SocketException e)
    {
        int percent = host.Host.IndexOf('%', StringComparison.Ordinal);
        if (percent < 0)
        {
            return new($"{host.Host} is a link-local address, and does not name a network interface", e)
            {
                Hint = $"name the network interface: [{host.Host}%eth0]:{host.Port}",
            };
        }

        return new($"there is no network interface '{host.Host[(percent + 1)..]}' here", e) { Hint = "list the interfaces with: ip link" };
    }
}
