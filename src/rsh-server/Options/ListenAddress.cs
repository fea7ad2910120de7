using System.Net;
using System.Net.Sockets;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Server.Options;

/// <summary>Resolves the value of <c>--listen</c>: an address, a host name, or <c>*</c> for all addresses of the machine.</summary>
internal static class ListenAddress
{
    public static IEnumerable<IPEndPoint> Resolve(string text)
    {
        if (text == "*" || text.StartsWith("*:", StringComparison.Ordinal))
        {
            int port = HostAddress.Parse($"any{text[1..]}").Port;
            return [new(IPAddress.Any, port), new(IPAddress.IPv6Any, port)];
        }

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
