namespace RemoteShell.Cli.Client.Options;

/// <summary>What <c>HOST:PATH</c> means, although HOST may have colons of its own.</summary>
internal static class RemotePath
{
    /// <summary>Splits at the colon behind the host, or behind its port where digits and another colon follow: <c>h:/p</c>, <c>h:7022:p</c>, <c>[::1]:7022:p</c>.</summary>
    /// <exception cref="FormatException">There is no path.</exception>
    public static (string Host, string Path) Split(string text)
    {
        int start = text.IndexOf('[', StringComparison.Ordinal) is var open and >= 0 && (open == 0 || text[open - 1] == '@')
            ? Math.Max(text.IndexOf(']', StringComparison.Ordinal), 0)
            : 0;
        int colon = text.IndexOf(':', start);
        if (colon <= 0)
            throw new FormatException($"'{text}' names no file; write HOST:PATH");
        int next = text.IndexOf(':', colon + 1);
        if (next > colon + 1 && text.AsSpan(colon + 1, next - colon - 1).IndexOfAnyExceptInRange('0', '9') < 0)
            colon = next;
        // 'host:7022' is somebody who forgot the path, far more often than a file of that name.
        if (colon + 1 < text.Length && text.AsSpan(colon + 1).IndexOfAnyExceptInRange('0', '9') < 0)
            throw new FormatException($"'{text}' names no file; write HOST:PATH (a file that is called '{text[(colon + 1)..]}' is ./{text[(colon + 1)..]})");
        return colon + 1 < text.Length ? (text[..colon], text[(colon + 1)..]) : throw new FormatException($"'{text}' names no file; write HOST:PATH");
    }
}
