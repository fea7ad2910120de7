using RemoteShell.Cli.Configuration;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>A line of a configuration file, which is read once for all hosts of a set.</summary>
/// <param name="line">The line.</param>
internal sealed class KnownLine(ConfigurationLine line)
{
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
}
