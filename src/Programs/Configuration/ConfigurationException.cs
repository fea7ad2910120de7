using RemoteShell.Protocol;

namespace RemoteShell.Cli.Configuration;

/// <summary>A configuration file is wrong.</summary>
/// <param name="place">The line that is wrong.</param>
/// <param name="message">What is wrong with it.</param>
internal sealed class ConfigurationException(ConfigurationPlace place, string message) : RemoteShellException($"{place}: {message}");
