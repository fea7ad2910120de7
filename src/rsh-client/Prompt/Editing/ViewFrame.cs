namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>What the editor shows, as rows of cells.</summary>
/// <param name="Rows">The rows; at least one.</param>
/// <param name="CursorRow">The row of the cursor, from 0.</param>
/// <param name="CursorColumn">Its column in cells, from 0; less than the columns of the terminal.</param>
/// <param name="Columns">The columns of the terminal.</param>
internal sealed record ViewFrame(IReadOnlyList<ViewRow> Rows, int CursorRow, int CursorColumn, int Columns)
{
    /// <summary>The number of rows above the cursor after the terminal has wrapped the lines again for another width.</summary>
    public int RowsAboveCursor(int columns)
    {
        int above = 0, line = 0;
        for (int row = 0; row < CursorRow; row++)
        {
            line += Rows[row].Width;
            if (Rows[row].IsContinued)
                continue;
            above += Math.Max(1, (line + columns - 1) / columns);
            line = 0;
        }

        return above + ((line + CursorColumn) / columns);
    }
}
