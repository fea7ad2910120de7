using System.Globalization;
using System.Text;

namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Lays characters out in rows of a terminal.</summary>
/// <param name="columns">The columns of the terminal; at least 2.</param>
internal sealed class FrameBuilder(int columns)
{
    private const int TabWidth = 8;

    private readonly List<ViewRow> _rows = [];
    private List<ViewCell> _cells = [];
    private int _column;
    private bool _isCursorNext;
    private (int Row, int Column) _cursor;

    /// <summary>The next character is at the cursor.</summary>
    public void PlaceCursor() => _isCursorNext = true;

    /// <summary>Adds the cluster of a text at an index.</summary>
    /// <returns>The index behind it.</returns>
    public int Add(string text, int index, CellStyle style)
    {
        int next = Graphemes.Next(text, index);
        ReadOnlySpan<char> cluster = text.AsSpan(index, next - index);
        if (cluster is "\t")
            AddTab(style);
        else if (!CellWidth.IsVisible(cluster))
            AddCodes(cluster);
        else if (CellWidth.OfCluster(cluster) is > 0 and var width)
            Put(cluster.Length == 1 ? cluster[0].ToString() : cluster.ToString(), width, style);
        else
            // A mark without a letter.
            Put($"\u25CC{cluster}", 1, style);
        return next;
    }

    /// <summary>Adds a text without line feeds.</summary>
    public void Add(string text, CellStyle style)
    {
        for (int at = 0; at < text.Length;)
            at = Add(text, at, style);
    }

    /// <summary>Adds a part of a row that must not wrap; what does not fit is cut off.</summary>
    public void AddCut(string text, CellStyle style)
    {
        for (int at = 0; at < text.Length;)
        {
            int next = Graphemes.Next(text, at);
            if (_column + Math.Max(1, CellWidth.OfCluster(text.AsSpan(at, next - at))) > columns)
                return;
            at = Add(text, at, style);
        }
    }

    /// <summary>Ends the row.</summary>
    public void EndRow()
    {
        if (_isCursorNext && _column >= columns)
            Wrap();
        TakeCursor();
        _rows.Add(new(_cells, _column, IsContinued: false));
        (_cells, _column) = ([], 0);
    }

    /// <summary>The rows, of which at most <paramref name="height"/> around the cursor.</summary>
    public ViewFrame Build(int height)
    {
        EndRow();
        int first = Math.Clamp(_cursor.Row - height + 1, 0, Math.Max(0, _rows.Count - height));
        int count = Math.Min(height, _rows.Count - first);
        return new(_rows.GetRange(first, count), _cursor.Row - first, _cursor.Column, columns);
    }

    /// <summary>The number of rows so far, with the one that is not ended.</summary>
    public int Count => _rows.Count + 1;

    private void AddTab(CellStyle style)
    {
        if (_column >= columns)
            Wrap();
        int width = Math.Min(TabWidth - (_column % TabWidth), columns - _column);
        Put(new(' ', width), width, style);
    }

    private void AddCodes(ReadOnlySpan<char> cluster)
    {
        foreach (Rune rune in cluster.EnumerateRunes())
        {
            string shown = rune.Value switch
            {
                < ' ' => $"^{(char)(rune.Value + '@')}",
                0x7f => "^?",
                _ => string.Create(CultureInfo.InvariantCulture, $"<{rune.Value:X4}>"),
            };
            foreach (char c in shown)
                Put(c.ToString(), 1, CellStyle.Control);
        }
    }

    private void Put(string text, int width, CellStyle style)
    {
        if (_column + width > columns)
            Wrap();
        TakeCursor();
        _cells.Add(width > columns ? new("?", 1, style) : new(text, width, style));
        _column += width > columns ? 1 : width;
    }

    private void Wrap()
    {
        _rows.Add(new(_cells, _column, IsContinued: true));
        (_cells, _column) = ([], 0);
    }

    private void TakeCursor()
    {
        if (_isCursorNext)
            (_cursor, _isCursorNext) = ((_rows.Count, _column), false);
    }
}
