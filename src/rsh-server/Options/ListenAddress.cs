using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RemoteShell.Cli.Arguments;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Server.Options;

/// <summary>A value of <c>--listen</c>.</summary>
/// <param name="EndPoints">The TCP addresses; empty for a unix socket.</param>
/// <param name="Socket">The full path of a unix socket; null for TCP addresses.</param>
internal sealed record ListenAddress(IReadOnlyList<IPEndPoint> EndPoints, string? Socket)
{
    private const string SocketPrefix = "unix:";

    /// <summary>
    /// Resolves a value: an address, a host name, <c>*</c> for all addresses of the machine, a port, or <c>unix:PATH</c>.
    /// </summary>
    /// <remarks>A port alone, <c>7022</c> or <c>:7022</c>, is one of the loopback addresses, as the default is.</remarks>
    public static ListenAddress Resolve(string text)
        => text.StartsWith(SocketPrefix, StringComparison.Ordinal) ? AtPath(text) : new([.. EndPointsOf(text)], null);

    private static ListenAddress AtPath(string text)
    {
        string path = text[SocketPrefix.Length..];
        if (Path.IsPathFullyQualified(path))
            return new([], path);
        throw new UsageException($"--listen: {text} is not a full path", "write the full path, such as unix:/run/rsh-server/tunnels");
    }

    private static IEnumerable<IPEndPoint> EndPointsOf(string text)
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
