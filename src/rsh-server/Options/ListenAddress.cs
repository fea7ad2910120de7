using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Server.Options;

/// <summary>
/// Resolves the value of <c>--listen</c>: an address, a host name, <c>*</c> for all addresses of the machine, or a port.
/// </summary>
/// <remarks>A port alone, <c>7022</c> or <c>:7022</c>, is one of the loopback addresses, as the default is.</remarks>
internal static class ListenAddress
{
    public static IEnumerable<IPEndPoint> Resolve(string text)
    {
        if (text == "*" || text.StartsWith("*:", StringComparison.Ordinal))
        {
            int port = HostAddress.Parse($"any{text[1..]}").Port;
            return [new(IPAddress.Any, port), new(IPAddress.IPv6Any, port)];
        }

        string bare = text.StartsWith(':') ? text[1..] : text;
        if (ushort.TryParse(bare, NumberStyles.None, CultureInfo.InvariantCulture, out ushort loopbackPort))
            return [new(IPAddress.Loopback, loopbackPort), new(IPAddress.IPv6Loopback, loopbackPort)];

        HostAddress address = HostAddress.Parse(text);
        if (IPAddress.TryParse(address.Host, out IPAddress? literal))
            return [new(literal, address.Port)];
        try
        {
            return Dns.GetHostAddresses(address.Host).Select(found => new IPEndPoint(found, address.Port));
        }
        catch (SocketException e)
        {
            throw new RemoteShellException($"cannot listen on {text}: there is no host named '{address.Host}'", e)
            {
                Hint = "use an address of this machine, such as 0.0.0.0:7022",
            };
        }
    }
}
