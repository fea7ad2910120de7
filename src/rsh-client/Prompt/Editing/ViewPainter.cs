using System.Text;

namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Turns what changed between two frames into control sequences.</summary>
/// <remarks>Writes the changed cells only: a screen reader reads out what is written.</remarks>
internal sealed class ViewPainter(EditorPalette palette)
{
    private const string Csi = "\u001b[", EraseRow = "\u001b[K", EraseBelow = "\u001b[J";

    private readonly StringBuilder _written = new();
    private IReadOnlyList<ViewRow> _shown = [];
    private ViewFrame? _frame;
    private CellStyle _style;
    private int _columns;

    // Where the terminal's cursor is. Behind the last column it waits for the next character to wrap.
    private int _row;
    private int _column;

    /// <summary>Draws a frame over the one before.</summary>
    public string Paint(ViewFrame frame)
    {
        _columns = frame.Columns;
        for (int row = 0; row < frame.Rows.Count; row++)
            PaintRow(frame.Rows, row);
        if (frame.Rows.Count < _shown.Count)
        {
            MoveTo(frame.Rows.Count, 0);
            _written.Append(EraseBelow);
        }

        MoveTo(frame.CursorRow, frame.CursorColumn);
        (_shown, _frame) = (frame.Rows, frame);
        return Take();
    }

    /// <summary>Removes everything that is drawn, and leaves the cursor at its start.</summary>
    public string Erase()
    {
        MoveTo(0, 0);
        _written.Append('\r').Append(EraseBelow);
        Forget();
        return Take();
    }

    /// <summary>The same after the terminal has wrapped its lines again for another width.</summary>
    public string EraseAfterWrap(int columns)
    {
        int above = _frame?.RowsAboveCursor(Math.Max(2, columns)) ?? 0;
        Forget();
        string up = above > 0 ? $"{Csi}{above}A" : "";
        return $"{up}\r{EraseBelow}";
    }

    /// <summary>Nothing is drawn, and the cursor is in the first column.</summary>
    public void Forget() => (_shown, _frame, _row, _column) = ([], null, 0, 0);

    /// <summary>Moves the cursor below everything that is drawn.</summary>
    public string Leave()
    {
        int last = Math.Max(0, _shown.Count - 1);
        bool isEmptyRow = last > 0 && _shown[last].Width == 0 && _shown[last - 1].IsContinued;
        MoveTo(last, _column);
        Forget();
        return Take() + (isEmptyRow ? "\r" : "\r\n");
    }

    private string Take()
    {
        string written = _written.ToString();
        _written.Clear();
        return written;
    }

    private void PaintRow(IReadOnlyList<ViewRow> rows, int row)
    {
        ViewRow next = rows[row];
        if (row >= _shown.Count)
        {
            Open(rows, row);
            Write(next.Cells, 0, next.Cells.Count);
            return;
        }

        ViewRow before = _shown[row];
        int same = 0, column = 0;
        while (same < next.Cells.Count && same < before.Cells.Count && next.Cells[same] == before.Cells[same])
        {
            column += next.Cells[same].Width;
            same++;
        }

        if (same == next.Cells.Count && same == before.Cells.Count)
            return;
        int end = next.Cells.Count;
        if (next.Width == before.Width)
            end -= SameAtEnd(next.Cells, before.Cells, same);
        MoveTo(row, column);
        Write(next.Cells, same, end);
        if (next.Width < before.Width)
            _written.Append(EraseRow);
    }

    private static int SameAtEnd(IReadOnlyList<ViewCell> next, IReadOnlyList<ViewCell> before, int from)
    {
        int count = 0;
        while (next.Count - count > from && before.Count - count > from && next[^(count + 1)] == before[^(count + 1)])
            count++;
        return count;
    }

    // Goes to the start of a row below all that were drawn.
    private void Open(IReadOnlyList<ViewRow> rows, int row)
    {
        if (row == 0)
            return;
        bool isBehind = _row == row - 1 && _column == rows[row - 1].Width && _column > 0;
        if (!rows[row - 1].IsContinued || !isBehind)
        {
            MoveTo(row - 1, 0);
            _written.Append("\r\n");
        }
        else if (rows[row].Cells.Count == 0)
        {
            // The terminal wraps by itself, and so knows that both rows are one line.
            _written.Append(" \r");
        }

        (_row, _column) = (row, 0);
    }

    private void Write(IReadOnlyList<ViewCell> cells, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            ViewCell cell = cells[i];
            Switch(cell.Style);
            if (CellWidth.IsUncertain(cell.Text))
            {
                WriteUncertain(cell);
                continue;
            }

            _written.Append(cell.Text);
            _column += cell.Width;
        }

        Switch(CellStyle.Text);
    }

    // Whatever its width is on this terminal, the next character is in its right place.
    private void WriteUncertain(ViewCell cell)
    {
        _written.Append(' ', cell.Width).Append(Csi).Append(_column + 1).Append('G').Append(cell.Text);
        _column = Math.Min(_column + cell.Width, _columns - 1);
        _written.Append(Csi).Append(_column + 1).Append('G');
    }

    private void Switch(CellStyle style)
    {
        if (style == _style)
            return;
        if (palette.Begin(_style).Length > 0)
            _written.Append(Csi).Append("0m");
        _written.Append(palette.Begin(style));
        _style = style;
    }

    private void MoveTo(int row, int column)
    {
        if (row > _row)
            _written.Append(Csi).Append(row - _row).Append('B');
        else if (row < _row)
            _written.Append(Csi).Append(_row - row).Append('A');
        if (column == 0 && _column != 0)
            _written.Append('\r');
        else if (column != _column)
            _written.Append(Csi).Append(column + 1).Append('G');
        (_row, _column) = (row, column);
    }
}
