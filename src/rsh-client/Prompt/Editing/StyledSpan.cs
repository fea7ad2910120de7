namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>A part of a text, and its style.</summary>
internal readonly record struct StyledSpan(int Start, int Length, CellStyle Style);
