using RemoteShell.Cli.Configuration;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>Configuration files, each read once: all hosts get their settings from the same text. Not thread-safe.</summary>
internal sealed class KnownFiles
{
    private readonly Dictionary<string, IReadOnlyList<KnownLine>> _files = new(StringComparer.Ordinal);

    /// <summary>The lines of a file; none if it does not exist.</summary>
    /// <exception cref="ConfigurationException">A line is wrong.</exception>
    /// <exception cref="PrivateFileException">Other users may write to the file.</exception>
    public IReadOnlyList<KnownLine> LinesOf(string path)
    {
        if (_files.TryGetValue(path, out IReadOnlyList<KnownLine>? known))
            return known;
        IEnumerable<ConfigurationLine> lines = ConfigurationText.Read(path, ConfigurationFile.ReadLines(path));
        return _files[path] = [.. lines.Select(line => new KnownLine(line))];
    }
}
