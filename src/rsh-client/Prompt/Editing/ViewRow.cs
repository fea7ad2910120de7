namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>A row on the screen.</summary>
/// <param name="Cells">Its characters.</param>
/// <param name="Width">The sum of their widths.</param>
/// <param name="IsContinued">Whether the next row is the rest of the same line, which did not fit.</param>
internal sealed record ViewRow(IReadOnlyList<ViewCell> Cells, int Width, bool IsContinued);
