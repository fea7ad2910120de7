namespace RemoteShell.Cli.Client.Terminals.Modes;

/// <summary>A change of a setting; the number tells apart those of one kind, such as private modes.</summary>
internal readonly record struct Change(Setting Setting, int Number);
