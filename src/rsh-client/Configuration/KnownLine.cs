using RemoteShell.Cli.Configuration;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>A line of a configuration file, which is read once for all hosts of a set.</summary>
/// <param name="line">The line.</param>
internal sealed class KnownLine(ConfigurationLine line)
{
    // Guarded by itself. A file is read once by a process: all hosts get their settings from the same text.
    private static readonly Dictionary<string, IReadOnlyList<KnownLine>> Files = new(StringComparer.Ordinal);

    private IReadOnlyList<string>? _arguments;

    /// <summary>The line.</summary>
    public ConfigurationLine Line => line;

    /// <summary>Its keyword, in lower case.</summary>
    public string Keyword { get; } = line.Keyword.ToLowerInvariant();

    /// <summary>The words behind the keyword.</summary>
    /// <exception cref="ConfigurationException">A quote has no end.</exception>
    public IReadOnlyList<string> Arguments => _arguments ??= line.Arguments();

    /// <summary>Whether the line is known to be right: then it need not be checked for a host that it does not concern.</summary>
    public bool IsChecked { get; set; }

    /// <summary>The lines of a file; none if it does not exist.</summary>
    /// <exception cref="ConfigurationException">A line is wrong.</exception>
    public static IReadOnlyList<KnownLine> Of(string path)
    {
        lock (Files)
        {
            if (Files.TryGetValue(path, out IReadOnlyList<KnownLine>? known))
                return known;
            IEnumerable<ConfigurationLine> lines = ConfigurationText.Read(path, ConfigurationFile.ReadLines(path));
            return Files[path] = [.. lines.Select(line => new KnownLine(line))];
        }
    }
}
