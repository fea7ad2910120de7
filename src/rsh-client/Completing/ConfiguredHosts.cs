using RemoteShell.Cli.Configuration;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Completing;

/// <summary>The hosts that the configuration and known_hosts name.</summary>
/// <param name="configurations">The configuration files. They may not exist.</param>
/// <param name="knownHosts">The file of known hosts. It may not exist.</param>
internal sealed class ConfiguredHosts(IReadOnlyList<string> configurations, string knownHosts)
{
    // As for files that include each other.
    private const int MaxDepth = 16;

    /// <summary>The names, without patterns, sorted.</summary>
    public IReadOnlyList<string> Names()
    {
        IEnumerable<string> configured = configurations.SelectMany(file => NamesOf(file, 0)), known = Lines(knownHosts).Select(NameOf);
        return [.. configured.Concat(known).Where(name => name.Length > 0).Distinct().Order(StringComparer.Ordinal)];
    }

    private static string NameOf(string line)
    {
        string name = line.Split(' ')[0], port = $":{HostAddress.DefaultPort}";
        return name.EndsWith(port, StringComparison.Ordinal) && !name.StartsWith('[') ? name[..^port.Length] : name;
    }

    private static IEnumerable<string> NamesOf(string file, int depth)
    {
        ConfigurationLine[] lines;
        try
        {
            lines = [.. ConfigurationText.Read(file, Lines(file))];
        }
        catch (ConfigurationException)
        {
            // The next command that reads the file says what is wrong with it.
            return [];
        }

        return lines.SelectMany(line => NamesOf(line, file, depth));
    }

    private static IEnumerable<string> NamesOf(ConfigurationLine line, string file, int depth)
    {
        IReadOnlyList<string> words = ArgumentSplitter.TrySplit(line.Rest) ?? [];
        return line.Keyword.ToLowerInvariant() switch
        {
            "host" => words.Where(word => word.AsSpan().IndexOfAny("*?!") < 0),
            "include" when depth < MaxDepth => words
                .SelectMany(word => IncludedFiles.Find(word, Path.GetDirectoryName(Path.GetFullPath(file))!))
                .SelectMany(included => NamesOf(included, depth + 1)),
            _ => [],
        };
    }

    private static string[] Lines(string file)
    {
        try
        {
            return PrivateFile.ReadLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PrivateFileException)
        {
            return [];
        }
    }
}
