namespace RemoteShell.Cli.Configuration;

/// <summary>Splits a configuration file into its lines, as OpenSSH does: <c>KEYWORD VALUE</c> or <c>KEYWORD=VALUE</c>.</summary>
internal static class ConfigurationText
{
    /// <summary>The lines that are neither empty nor comments.</summary>
    /// <param name="file">The path, for messages.</param>
    /// <param name="lines">The text.</param>
    /// <exception cref="ConfigurationException">A line has no value.</exception>
    public static IEnumerable<ConfigurationLine> Read(string file, IReadOnlyList<string> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            if (ReadLine(new(file, i + 1), lines[i]) is { } line)
                yield return line;
        }
    }

    /// <summary>Reads a line; null if it is empty or a comment.</summary>
    /// <exception cref="ConfigurationException">The line has no value, or has a NUL character, which no path may have.</exception>
    public static ConfigurationLine? ReadLine(ConfigurationPlace place, string text)
    {
        string line = text.Trim(' ', '\t', '\r', '\f');
        if (line.Length == 0 || line.StartsWith('#'))
            return null;
        if (line.Contains('\0', StringComparison.Ordinal))
            throw new ConfigurationException(place, "the line has a NUL character");
        int end = line.AsSpan().IndexOfAny(" \t=");
        string keyword = end < 0 ? line : line[..end];
        if (keyword.Length == 0)
            throw new ConfigurationException(place, "there is no keyword before the =");
        string rest = end < 0 ? "" : line[end..].TrimStart(' ', '\t');
        if (rest.StartsWith('='))
            rest = rest[1..].TrimStart(' ', '\t');
        if (rest.Length == 0)
            throw new ConfigurationException(place, $"{keyword} needs a value");
        return new(place, keyword, rest);
    }
}
