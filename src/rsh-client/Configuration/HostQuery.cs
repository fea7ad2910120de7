using RemoteShell.Cli.Configuration;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>The host of a command line, for which settings are looked up.</summary>
/// <param name="Name">The name or address, without user and port.</param>
/// <param name="Port">The port, if it is given.</param>
/// <param name="User">The user, if one is given.</param>
internal sealed record HostQuery(string Name, int? Port, string? User)
{
    /// <summary>Reads <c>[user@]name[:port]</c>.</summary>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static HostQuery Parse(string text)
    {
        int at = text.LastIndexOf('@');
        if (at == 0)
            throw new FormatException($"'{text}' has no user before the @");
        string rest = text[(at + 1)..];
        HostAddress address = HostAddress.Parse(rest);
        // An address without its port is the name alone, or the name in brackets.
        bool hasPort = rest != address.Host && rest != $"[{address.Host}]";
        return new(address.Host, hasPort ? address.Port : null, at < 0 ? null : text[..at]);
    }

    /// <summary>Whether a pattern of the file means this host: its name, or its name with the port, as in <c>[::1]:7022</c>.</summary>
    public bool Fits(string pattern)
        => HostPatterns.Fits(Name, pattern)
            || HostPatterns.Fits(new HostAddress(Name, Port ?? HostAddress.DefaultPort).ToString(), pattern);
}
