using System.Net;
using System.Net.Sockets;

namespace RemoteShell.Server.Peers;

/// <summary>An IPv4 address, the first 64 bits of an IPv6 address, or all tunnels together.</summary>
/// <param name="Address">The first address; null for the tunnels.</param>
internal readonly record struct PeerNetwork(IPAddress? Address)
{
    private const int NetworkBytes = 8;

    /// <summary>Returns the network of an address; null is that of a tunnel.</summary>
    public static PeerNetwork Of(IPAddress? address)
    {
        if (address is not { AddressFamily: AddressFamily.InterNetworkV6 })
            return new(address);
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new(new IPAddress(bytes));
    }
}
