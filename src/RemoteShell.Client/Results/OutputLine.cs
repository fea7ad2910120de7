namespace RemoteShell.Client;

/// <summary>A line that a command wrote.</summary>
/// <param name="Text">The line, without its line ending.</param>
/// <param name="IsError">Whether the line came from standard error.</param>
public readonly record struct OutputLine(string Text, bool IsError);
