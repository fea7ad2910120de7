using System.Globalization;
using System.Net;

namespace RemoteShell.Server.Processes;

/// <summary>The two addresses of a client's connection.</summary>
/// <param name="Client">The client's address.</param>
/// <param name="Server">The server's address, at which the connection arrived.</param>
internal sealed record ConnectionEnds(IPEndPoint Client, IPEndPoint Server)
{
    /// <summary>The client's address without its port.</summary>
    public string ClientHost => Plain(Client.Address);

    /// <summary>The value of <c>SSH_CLIENT</c>: the client's address and port, and the server's port.</summary>
    public string SshClient => string.Create(CultureInfo.InvariantCulture, $"{ClientHost} {Client.Port} {Server.Port}");

    /// <summary>The value of <c>SSH_CONNECTION</c>: address and port of the client, then of the server.</summary>
    public string SshConnection
        => string.Create(CultureInfo.InvariantCulture, $"{ClientHost} {Client.Port} {Plain(Server.Address)} {Server.Port}");

    // A socket for both families tells an IPv4 address as an IPv6 address, which no program expects.
    private static string Plain(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
