namespace RemoteShell.Cli.Client.Options;

/// <summary>Reads <c>HOST:PATH</c>, where HOST may have colons of its own.</summary>
internal static class RemotePath
{
    /// <summary>Splits at the colon after the host, or after its port: <c>h:/p</c>, <c>h:7022:p</c>, <c>[::1]:7022:p</c>.</summary>
    /// <exception cref="FormatException">The text has no path.</exception>
    public static (string Host, string Path) Split(string text)
    {
        // A name or an IPv4 address has no colon; the colons of [IPv6] do not count.
        int open = text.IndexOf('[', StringComparison.Ordinal);
        bool isIPv6 = open == 0 || (open > 0 && text[open - 1] == '@');
        int start = isIPv6 ? Math.Max(text.IndexOf(']', StringComparison.Ordinal), 0) : 0;
        int colon = text.IndexOf(':', start);
        if (colon <= 0)
            throw NoFile(text, "");
        int next = text.IndexOf(':', colon + 1);
        if (next > colon + 1 && text.AsSpan(colon + 1, next - colon - 1).IndexOfAnyExceptInRange('0', '9') < 0)
            colon = next;
        // In 'host:7022' the path was forgotten: that is far more likely than a file of that name.
        string path = text[(colon + 1)..];
        if (path.Length == 0)
            throw NoFile(text, "");
        if (path.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0)
            throw NoFile(text, $" (for a file with the name '{path}': ./{path})");
        return (text[..colon], path);
    }

    private static FormatException NoFile(string text, string more) => new($"'{text}' does not name a file; write HOST:PATH{more}");
}
