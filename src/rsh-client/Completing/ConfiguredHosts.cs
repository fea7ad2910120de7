using RemoteShell.Cli.Client.Configuration;
using RemoteShell.Cli.Configuration;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Completing;

/// <summary>The hosts that the configuration and known_hosts name, and the groups of the configuration.</summary>
/// <param name="configurations">The configuration files. They may not exist.</param>
/// <param name="knownHosts">The file of known hosts. It may not exist.</param>
internal sealed class ConfiguredHosts(IReadOnlyList<string> configurations, string knownHosts)
{
    // As for files that include each other.
    private const int MaxDepth = 16;

    /// <summary>The names, without patterns, sorted.</summary>
    public IReadOnlyList<string> Names()
    {
        IEnumerable<string> configured = Lines().Where(line => IsKey(line, "host"))
            .SelectMany(line => WordsOf(line).Where(word => word.AsSpan().IndexOfAny("*?!") < 0));
        IEnumerable<string> known = Lines(knownHosts).SelectMany(NamesOf);
        return [.. configured.Concat(known).Where(name => name.Length > 0).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>The groups, sorted.</summary>
    public IReadOnlyList<string> Groups()
        => [.. Lines().Select(GroupOf).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    // Lines with a marker, patterns and hashes name no single host. A name without a port is one of ssh.
    private static IEnumerable<string> NamesOf(string line)
    {
        string field = line.Trim().Split(' ', '\t')[0];
        if (field.StartsWith('@') || field.StartsWith('#') || field.AsSpan().IndexOfAny("*?!|") >= 0)
            return [];
        return field.Split(',').Where(name => name.Contains(':', StringComparison.Ordinal)).Select(WithoutDefaultPort);
    }

    private static string WithoutDefaultPort(string name)
    {
        string port = $":{HostAddress.DefaultPort}";
        if (name.LastIndexOf(':') != name.IndexOf(':', StringComparison.Ordinal))
            return name;
        // In the form of ssh the brackets are around a name too.
        string plain = string.Concat(name.Split('[', ']'));
        return plain.EndsWith(port, StringComparison.Ordinal) ? plain[..^port.Length] : plain;
    }

    private static string? GroupOf(ConfigurationLine line)
    {
        try
        {
            return ConfigurationKeys.Group.Is(line.Keyword) || ConfigurationKeys.GroupCommand.Is(line.Keyword)
                ? GroupDefinition.ParseCommand(line.Rest).Name
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static bool IsKey(ConfigurationLine line, string key) => line.Keyword.Equals(key, StringComparison.OrdinalIgnoreCase);

    private static IReadOnlyList<string> WordsOf(ConfigurationLine line) => ArgumentSplitter.TrySplit(line.Rest) ?? [];

    private IEnumerable<ConfigurationLine> Lines() => configurations.SelectMany(file => Lines(file, 0));

    // The lines of a file, and of those that it includes.
    private static IEnumerable<ConfigurationLine> Lines(string file, int depth)
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

        return lines.SelectMany(line => IsKey(line, "include") && depth < MaxDepth
            ? WordsOf(line)
                .SelectMany(word => IncludedFiles.Find(word, Path.GetDirectoryName(Path.GetFullPath(file))!))
                .SelectMany(included => Lines(included, depth + 1))
            : [line]);
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
