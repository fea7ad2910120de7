namespace RemoteShell.Cli.Client.Help;

/// <summary>Subcommands that the list in <c>rsh-client --help</c> shows under one title.</summary>
internal sealed record CommandGroup(string Title, IReadOnlyList<NamedCommand> Commands);
