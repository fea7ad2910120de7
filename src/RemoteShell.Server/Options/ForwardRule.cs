using System.Globalization;
using System.IO.Enumeration;
using System.Net;

namespace RemoteShell.Server;

/// <summary>A rule of <c>permitopen</c>, <c>permitlisten</c>, <c>--permit-open</c> or <c>--permit-listen</c>.</summary>
/// <remarks>
/// <c>HOST:PORT</c>, <c>[IPV6]:PORT</c>, the full path of a unix socket, <c>any</c> or <c>none</c>; for listening also <c>PORT</c>, which
/// is any loopback address. The port <c>*</c> is any port. <c>*</c> and <c>?</c> in a host or a path stand for any text and any character.
/// </remarks>
public sealed record ForwardRule
{
    private const string AnyWord = "any";
    private const string NoneWord = "none";
    private const string AllAddresses = "*";

    private ForwardRule()
    {
    }

    /// <summary>Permits everything.</summary>
    public static ForwardRule Any { get; } = new() { IsAny = true };

    /// <summary>Permits nothing, also if it is the only rule.</summary>
    public static ForwardRule None { get; } = new();

    private bool IsAny { get; init; }

    // Null: any loopback address, or the rule is not about TCP.
    private string? Host { get; init; }

    private bool IsTcp { get; init; }

    // Null: any.
    private int? Port { get; init; }

    private string? Path { get; init; }

    /// <summary>Reads a rule for connecting.</summary>
    /// <exception cref="FormatException">The text is not a rule.</exception>
    public static ForwardRule ParseOpen(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(text) is { Port: not 0 } rule && (!rule.IsTcp || rule.Host is not null)
            ? rule
            : throw new FormatException($"'{text}' is not a target; write HOST:PORT, [IPV6]:PORT, HOST:* or /PATH");
    }

    /// <summary>Reads a rule for listening.</summary>
    /// <exception cref="FormatException">The text is not a rule.</exception>
    public static ForwardRule ParseListen(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(text)
            ?? throw new FormatException($"'{text}' is not a place to listen; write PORT, HOST:PORT, [IPV6]:PORT, HOST:* or /PATH");
    }

    /// <summary>Whether it permits to connect to a port.</summary>
    internal bool PermitsOpen(string host, int port) => IsAny || (IsTcp && FitsPort(port) && Fits(Host!, host));

    /// <summary>Whether it permits to listen on a port.</summary>
    /// <param name="host">The host, which is not empty.</param>
    /// <param name="port">The port; 0: one that the system chooses.</param>
    internal bool PermitsListen(string host, int port) => IsAny || (IsTcp && FitsPort(port) && FitsListening(host));

    /// <summary>Whether it permits a unix socket.</summary>
    internal bool PermitsSocket(string path) => IsAny || (Path is not null && FileSystemName.MatchesSimpleExpression(Path, path, false));

    /// <summary>Whether a host, as the client writes it, is a loopback address of every machine.</summary>
    internal static bool IsLoopback(string host)
        => string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));

    // Null: the text is not a rule.
    private static ForwardRule? Parse(string text)
    {
        if (text == AnyWord)
            return Any;
        if (text == NoneWord)
            return None;
        if (text.StartsWith('/'))
            return new() { Path = text };
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon].Trim('[', ']'), port = text[(colon + 1)..];
        bool isAnyPort = port == "*";
        bool isPort = ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number);
        if (!(isAnyPort || isPort) || (colon >= 0 && host.Length == 0))
            return null;
        return new() { IsTcp = true, Host = colon < 0 ? null : host, Port = isAnyPort ? null : number };
    }

    private bool FitsPort(int port) => Port is null || Port == port;

    // Only a rule for all addresses permits to listen on all of them.
    private bool FitsListening(string host) => Host switch
    {
        null => IsLoopback(host),
        AllAddresses => true,
        _ => host != AllAddresses && Fits(Host, host),
    };

    private static bool Fits(string pattern, string host) => FileSystemName.MatchesSimpleExpression(pattern, host, ignoreCase: true);
}
