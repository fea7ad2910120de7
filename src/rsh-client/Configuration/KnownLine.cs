using RemoteShell.Cli.Configuration;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>A line of a configuration file, which is read once for all hosts of a set.</summary>
/// <param name="line">The line.</param>
internal sealed class KnownLine(ConfigurationLine line)
{
    private IReadOnlyList<string>? _arguments;
    private IReadOnlyList<ConfigurationKey>? _keys;
    private Setting? _setting;

    /// <summary>The line.</summary>
    public ConfigurationLine Line => line;

    /// <summary>Its keyword, in lower case.</summary>
    public string Keyword { get; } = line.Keyword.ToLowerInvariant();

    /// <summary>The words behind the keyword.</summary>
    /// <exception cref="ConfigurationException">A quote has no end.</exception>
    public IReadOnlyList<string> Arguments => _arguments ??= line.Arguments();

    /// <summary>Whether the line is known to be right: then it need not be checked for a host that it does not concern.</summary>
    public bool IsChecked { get; set; }

    /// <summary>The setting of the line, if it was read with these keys before; otherwise null.</summary>
    public Setting? SettingOf(IReadOnlyList<ConfigurationKey> keys) => ReferenceEquals(keys, _keys) ? _setting : null;

    /// <summary>Keeps the setting of the line: it is the same for each host.</summary>
    public Setting Keep(IReadOnlyList<ConfigurationKey> keys, Setting setting)
    {
        (_keys, _setting, IsChecked) = (keys, setting, true);
        return setting;
    }
}
