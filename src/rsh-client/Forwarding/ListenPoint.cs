using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Forwarding;

/// <summary>Where connections are taken: a port, or a unix socket.</summary>
/// <param name="Bind">The address or its name; null: none was given. <c>*</c> or empty: all addresses.</param>
/// <param name="Port">The port; 0: the system chooses one.</param>
/// <param name="Path">The path of the unix socket; null: a port.</param>
internal sealed record ListenPoint(string? Bind, int Port, string? Path)
{
    private const string Form = "write [BIND:]PORT, with IPv6 addresses in brackets; a path is a unix socket";

    /// <summary>Reads <c>[BIND:]PORT</c>, or a path.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static ListenPoint Parse(string text)
    {
        if (text.StartsWith('/'))
            return new(null, 0, text);
        IReadOnlyList<string> parts = ForwardSpecification.Split(text);
        return parts switch
        {
            [var port] when text.Length > 0 => new(null, PortOf(port, least: 0, text, Form), null),
            [var bind, var port] => new(bind, PortOf(port, least: 0, text, Form), null),
            _ => throw new FormatException($"'{text}' is not a place to listen; {Form}"),
        };
    }

    /// <summary>The place on this machine.</summary>
    /// <param name="usual">The address if none was given.</param>
    /// <exception cref="FormatException">It is not an address of a machine, or the path is too long.</exception>
    public EndPoint OnThisMachine(IPAddress usual)
    {
        if (Path is not null)
            return SocketAt(Path);
        return new IPEndPoint(AddressOf(usual), Port);
    }

    /// <summary>The place at the server.</summary>
    public RemoteListen AtServer() => Path is null ? RemoteListen.Tcp(Bind is "" ? "*" : Bind ?? "", Port) : RemoteListen.Unix(Path);

    /// <summary>Reads a port.</summary>
    /// <param name="word">The port.</param>
    /// <param name="least">The lowest port that is allowed.</param>
    /// <param name="text">The whole text, for messages.</param>
    /// <param name="form">How the whole text is written, for messages.</param>
    /// <exception cref="FormatException">The word is not one.</exception>
    public static int PortOf(string word, int least, string text, string form)
        => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port >= least && port <= ushort.MaxValue
            ? port
            : throw new FormatException($"'{word}' in '{text}' is not a port from {least} to 65535; {form}");

    public override string ToString() => Path ?? (Bind is null ? Port.ToString(CultureInfo.InvariantCulture) : $"{Bind}:{Port}");

    private static UnixDomainSocketEndPoint SocketAt(string path)
    {
        try
        {
            return new(path);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"{path} is too long for the path of a socket", e);
        }
    }

    private IPAddress AddressOf(IPAddress usual) => Bind switch
    {
        null => usual,
        "localhost" => IPAddress.Loopback,
        "*" or "" => IPAddress.IPv6Any,
        _ => IPAddress.TryParse(Bind, out IPAddress? address)
            ? address
            : throw new FormatException(
                $"'{Bind}' in '{this}' is not an address of this machine; {ForwardSpecification.Form}"),
    };
}
