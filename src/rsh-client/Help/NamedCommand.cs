using System.CommandLine;

namespace RemoteShell.Cli.Client.Help;

/// <summary>A subcommand that is made when it is used: most starts of the program use one.</summary>
/// <param name="Name">The name, as the user types it.</param>
/// <param name="Create">Makes the subcommand. It has the same name.</param>
internal sealed record NamedCommand(string Name, Func<Command> Create);
