using System.Net;
using System.Net.Sockets;

namespace RemoteShell.Cli.Broker.Options;

/// <summary>Reads the address of the server beside <c>rsh-broker serve</c>: <c>unix:PATH</c>, or <c>IP:PORT</c>.</summary>
internal static class ServerAddress
{
    private const string Unix = "unix:";

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static EndPoint Parse(string text)
    {
        if (text.StartsWith(Unix, StringComparison.Ordinal))
            return UnixAddress(text[Unix.Length..]);
        if (IPEndPoint.TryParse(text, out IPEndPoint? address) && address.Port != 0)
            return address;
        throw new FormatException($"'{text}' is not the address of a server: write unix:PATH, or 127.0.0.1:7022");
    }

    private static UnixDomainSocketEndPoint UnixAddress(string path)
    {
        try
        {
            return new(Path.GetFullPath(path));
        }
        catch (ArgumentException)
        {
            // ArgumentOutOfRangeException: the path of a socket has at most about 100 bytes.
            throw new FormatException($"'{path}' cannot be the path of a socket: it is empty or too long");
        }
    }
}
