using RemoteShell.Client;

namespace RemoteShell.Cli.Client.Forwarding;

/// <summary>A forward: where to take connections, and the target at the other side.</summary>
/// <param name="Listen">Where connections are taken.</param>
/// <param name="Target">Where they lead.</param>
internal sealed record ForwardSpecification(ListenPoint Listen, ForwardTarget Target)
{
    /// <summary>The form of ssh, for messages.</summary>
    public const string Form =
        "write [BIND:]PORT:HOST:HOSTPORT, with IPv6 addresses in brackets; a path in place of a port is a unix socket";

    private const string PairForm =
        "write [BIND:]PORT=HOST:PORT, with IPv6 addresses in brackets; a path in place of either is a unix socket";

    /// <summary>Reads the form of ssh: <c>[BIND:]PORT:HOST:HOSTPORT</c>, where a path may stand in place of either side.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static ForwardSpecification Parse(string text) => Split(text) switch
    {
        [['/', ..] here, ['/', ..] there] => new(new(null, 0, here), ForwardTarget.Unix(there)),
        [['/', ..] here, var host, var port] => new(new(null, 0, here), TargetOf(host, port, text, Form)),
        [var listen, ['/', ..] there] => new(ListenOf(null, listen, text), ForwardTarget.Unix(there)),
        [var bind, var listen, ['/', ..] there] => new(ListenOf(bind, listen, text), ForwardTarget.Unix(there)),
        [var listen, var host, var port] => new(ListenOf(null, listen, text), TargetOf(host, port, text, Form)),
        [var bind, var listen, var host, var port] => new(ListenOf(bind, listen, text), TargetOf(host, port, text, Form)),
        _ => throw new FormatException($"'{text}' is not a forward: {Form}"),
    };

    /// <summary>Reads <c>LISTEN=TARGET</c>; a target that is a port alone is one of the other machine itself.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static ForwardSpecification ParsePair(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw new FormatException($"'{text}' is not a forward: {PairForm}");
        string target = text[(equals + 1)..];
        return new(ListenPoint.Parse(text[..equals]), ParseTarget(target));
    }

    /// <summary>Reads <c>HOST:PORT</c>, a port, or a path.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static ForwardTarget ParseTarget(string text)
    {
        if (text.StartsWith('/'))
            return ForwardTarget.Unix(text);
        return Split(text) switch
        {
            [var port] when port.Length > 0 => TargetOf("localhost", port, text, PairForm),
            [var host, var port] => TargetOf(host, port, text, PairForm),
            _ => throw new FormatException($"'{text}' is not a target: {PairForm}"),
        };
    }

    /// <summary>The parts of a text between its colons; brackets hold a part together, and are left out.</summary>
    public static List<string> Split(string text)
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

    private static ListenPoint ListenOf(string? bind, string port, string text)
        => new(bind, ListenPoint.PortOf(port, least: 0, text, Form), null);

    private static ForwardTarget TargetOf(string host, string port, string text, string form)
    {
        if (host.Length == 0)
            throw new FormatException($"'{text}' has no host before the port: {form}");
        return ForwardTarget.Tcp(host, ListenPoint.PortOf(port, least: 1, text, form));
    }
}
