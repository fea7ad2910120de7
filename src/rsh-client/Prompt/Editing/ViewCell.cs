namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>A character on the screen.</summary>
/// <param name="Text">One grapheme cluster, or the blanks of a tab.</param>
/// <param name="Width">The number of its cells; at least 1.</param>
/// <param name="Style">Its style.</param>
internal readonly record struct ViewCell(string Text, int Width, CellStyle Style);
