using RemoteShell.Cli.Configuration;

namespace RemoteShell.Cli.Server.Configuration;

/// <summary>A key with its value, and the line that it comes from.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value; <c>yes</c> or <c>no</c> if the option is a flag.</param>
/// <param name="Argument">The word that says the same on a command line; null for a flag that is not set.</param>
/// <param name="Place">The line.</param>
internal sealed record ServerSetting(ServerKey Key, string Value, string? Argument, ConfigurationPlace Place);
