using RemoteShell.Cli.Configuration;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>A key with its values, and the line that they come from.</summary>
internal sealed record Setting(ConfigurationKey Key, IReadOnlyList<string> Values, ConfigurationPlace Place);
