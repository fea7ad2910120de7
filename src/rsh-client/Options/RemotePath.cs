namespace RemoteShell.Cli.Client.Options;

/// <summary>Reads <c>HOST:PATH</c>, where HOST may have colons of its own.</summary>
internal static class RemotePath
{
    /// <summary>The path of <c>HOST:</c>, which is the home folder.</summary>
    public const string Home = ".";

    /// <summary>Whether the text names a host: it has a colon before its first slash. A local file is written <c>./a:b</c>.</summary>
    public static bool IsRemote(string text)
    {
        int colon = ColonOf(text), slash = text.IndexOf('/', StringComparison.Ordinal);
        return colon > 0 && (slash < 0 || colon < slash);
    }

    /// <summary>Splits at the colon after the host, or after its port: <c>h:/p</c>, <c>h:7022:p</c>, <c>[::1]:7022:p</c>.</summary>
    /// <remarks><c>h:</c> and <c>h:7022:</c> name the home folder.</remarks>
    /// <exception cref="FormatException">The text has no host, or no path.</exception>
    public static (string Host, string Path) Split(string text)
    {
        int colon = ColonOf(text);
        if (colon <= 0)
            throw NoFile(text, "");
        if (RawWords.IsRaw(text[..colon]))
            throw new FormatException($"'{text[..colon]}' is not a host");
        int next = text.IndexOf(':', colon + 1);
        if (next > colon + 1 && text.AsSpan(colon + 1, next - colon - 1).IndexOfAnyExceptInRange('0', '9') < 0)
            colon = next;
        // In 'host:7022' the path was forgotten: that is far more likely than a file of that name.
        string path = text[(colon + 1)..];
        if (path.Length == 0)
            return (text[..colon], Home);
        if (path.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0)
            throw NoFile(text, $" (for a file with the name '{path}': ./{path})");
        return (text[..colon], path);
    }

    /// <summary>Splits a text that is being typed: the path may be missing, or be the beginning of one.</summary>
    /// <param name="text">A text that <see cref="IsRemote"/>.</param>
    public static (string Host, string Path) SplitTyped(string text)
    {
        int colon = ColonOf(text), next = text.IndexOf(':', colon + 1);
        if (next > colon + 1 && text.AsSpan(colon + 1, next - colon - 1).IndexOfAnyExceptInRange('0', '9') < 0)
            colon = next;
        return (text[..colon], text[(colon + 1)..]);
    }

    /// <summary>Splits several texts that must name one host.</summary>
    /// <exception cref="FormatException">They name several hosts, or one of them has no host or no path.</exception>
    public static (string Host, IReadOnlyList<string> Paths) SplitAll(IReadOnlyList<string> texts)
    {
        (string Host, string Path)[] all = [.. texts.Select(Split)];
        string host = all[0].Host;
        if (all.FirstOrDefault(one => one.Host != host).Host is { } other)
            throw new FormatException($"the paths name two hosts, '{host}' and '{other}'; run one command for each host");
        return (host, [.. all.Select(one => one.Path)]);
    }

    // A name or an IPv4 address has no colon; the colons of [IPv6] do not count.
    private static int ColonOf(string text)
    {
        int open = text.IndexOf('[', StringComparison.Ordinal);
        bool isIPv6 = open == 0 || (open > 0 && text[open - 1] == '@');
        int start = isIPv6 ? Math.Max(text.IndexOf(']', StringComparison.Ordinal), 0) : 0;
        return text.IndexOf(':', start);
    }

    private static FormatException NoFile(string text, string more) => new($"'{text}' does not name a file; write HOST:PATH{more}");
}
