using RemoteShell.Cli.Configuration;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>Collects the groups of configuration files, from all of their blocks and of the files that they include.</summary>
internal sealed class GroupReader
{
    private static readonly ConfigurationKey[] Keys = [ConfigurationKeys.Group, ConfigurationKeys.GroupCommand];

    private readonly Dictionary<string, ConfiguredGroup> _groups = new(StringComparer.Ordinal);

    /// <summary>The groups by name. The first line of a name counts.</summary>
    public IReadOnlyDictionary<string, ConfiguredGroup> Groups => _groups;

    /// <summary>Reads a file; nothing happens if it does not exist.</summary>
    /// <exception cref="ConfigurationException">A line is wrong.</exception>
    /// <exception cref="PrivateFileException">Other users may write to the file.</exception>
    public void Read(string path) => Read(path, depth: 0);

    private void Read(string path, int depth)
    {
        foreach (ConfigurationLine line in ConfigurationText.Read(path, ConfigurationFile.ReadLines(path)))
        {
            if (line.Keyword.Equals("include", StringComparison.OrdinalIgnoreCase))
                Include(line, path, depth);
            else if (Keys.FirstOrDefault(key => key.Is(line.Keyword)) is { } key)
                Add(key, line);
        }
    }

    private void Add(ConfigurationKey key, ConfigurationLine line)
    {
        string value = key.ValuesOf(line)[0];
        GroupDefinition definition = key == ConfigurationKeys.Group ? GroupDefinition.ParseSet(value) : GroupDefinition.ParseCommand(value);
        _groups.TryAdd(definition.Name, new(key, definition, line.Place));
    }

    private void Include(ConfigurationLine line, string path, int depth)
    {
        if (depth == ConfigurationReader.MaxDepth)
            throw ConfigurationReader.TooDeep(line);
        foreach (string file in ConfigurationReader.FilesOf(line, path))
            Read(file, depth + 1);
    }
}
