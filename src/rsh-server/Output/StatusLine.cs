namespace RemoteShell.Cli.Server.Output;

/// <summary>A line of the table of <c>rsh-server status --watch</c>.</summary>
/// <param name="Text">The text, without control characters.</param>
/// <param name="Kind">How it looks.</param>
internal sealed record StatusLine(string Text, StatusLineKind Kind);
