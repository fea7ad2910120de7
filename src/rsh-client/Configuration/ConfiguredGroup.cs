using RemoteShell.Cli.Configuration;

namespace RemoteShell.Cli.Client.Configuration;

/// <summary>A group of a configuration file.</summary>
/// <param name="Key"><c>Group</c> or <c>GroupCommand</c>.</param>
/// <param name="Definition">Its name and its value.</param>
/// <param name="Place">The line.</param>
internal sealed record ConfiguredGroup(ConfigurationKey Key, GroupDefinition Definition, ConfigurationPlace Place);
