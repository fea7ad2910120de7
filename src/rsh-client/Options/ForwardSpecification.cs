using System.Globalization;
using System.Net;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Options;

/// <summary>What <c>-L</c> says: where to listen on this machine, and the target at the server's side.</summary>
/// <param name="Listen">The address and port; port 0: the system chooses one.</param>
/// <param name="Target">The host and port, as the server resolves them.</param>
internal sealed record ForwardSpecification(IPEndPoint Listen, HostAddress Target)
{
    private const string Form = "write [BIND:]PORT:HOST:HOSTPORT, with IPv6 addresses in brackets";

    /// <summary>Reads <c>[BIND:]PORT:HOST:HOSTPORT</c>.</summary>
    /// <remarks>Without BIND, or with <c>localhost</c>: loopback; with <c>*</c>: all addresses.</remarks>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static ForwardSpecification Parse(string text)
    {
        List<string> parts = Split(text);
        if (parts.Count is < 3 or > 4 || parts.Any(part => part.Length == 0))
            throw new FormatException($"'{text}' is no forward: {Form}");
        IPAddress bind = parts.Count == 3 ? IPAddress.Loopback : AddressOf(parts[0], text);
        return new(new(bind, PortOf(parts[^3], 0, text)), new(parts[^2], PortOf(parts[^1], 1, text)));
    }

    // At colons outside of brackets, which are left out.
    private static List<string> Split(string text)
    {
        List<string> parts = [""];
        bool isQuoted = false;
        foreach (char c in text)
        {
            if (c is '[' or ']')
                isQuoted = c == '[';
            else if (c == ':' && !isQuoted)
                parts.Add("");
            else
                parts[^1] += c;
        }

        return parts;
    }

    private static IPAddress AddressOf(string bind, string text) => bind switch
    {
        "localhost" => IPAddress.Loopback,
        "*" => IPAddress.IPv6Any,
        _ => IPAddress.TryParse(bind, out IPAddress? address)
            ? address
            : throw new FormatException($"'{bind}' in '{text}' is not an address of this machine; {Form}"),
    };

    private static int PortOf(string word, int least, string text)
        => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port >= least && port <= ushort.MaxValue
            ? port
            : throw new FormatException($"'{word}' in '{text}' is not a port from {least} to 65535; {Form}");
}
