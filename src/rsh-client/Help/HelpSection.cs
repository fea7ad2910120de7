namespace RemoteShell.Cli.Client.Help;

/// <summary>A table in a help page.</summary>
/// <param name="Title">The line above it.</param>
/// <param name="Rows">A term, and what it means.</param>
internal sealed record HelpSection(string Title, IReadOnlyList<(string Term, string Text)> Rows);
