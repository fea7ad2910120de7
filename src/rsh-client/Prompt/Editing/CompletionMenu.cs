using System.Globalization;

namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>A list of completions below the text, one of which may be selected.</summary>
/// <param name="List">The completions; at least one.</param>
/// <param name="Before">The text before one was selected.</param>
internal sealed record CompletionMenu(CompletionList List, EditBuffer Before)
{
    // Cells between two columns.
    private const int Gap = 2;

    private int Count => List.Items.Count;

    private bool HasDescriptions => List.Items.Any(item => !string.IsNullOrEmpty(item.Description));

    /// <summary>The index of the selected item; -1: none.</summary>
    public int Selected { get; private init; } = -1;

    /// <summary>The text with the selected item.</summary>
    public EditBuffer Text => Selected < 0 ? Before : Before.Replace(List.Start, List.Length, List.Items[Selected].Text);

    /// <summary>The text with the selected item and what ends it.</summary>
    public EditBuffer TextWithEnd => Selected < 0 ? Before : Before.Replace(List.Start, List.Length, List.Items[Selected].WithEnd);

    /// <summary>Selects another item; behind the last one comes the first one.</summary>
    public CompletionMenu Move(int step)
    {
        int from = Selected < 0 && step < 0 ? 0 : Selected;
        int to = Selected < 0 && step > 0 ? 0 : from + step;
        return this with { Selected = ((to % Count) + Count) % Count };
    }

    /// <summary>The number of rows that the whole list takes in a terminal.</summary>
    public int RowsIn(int columns)
    {
        if (HasDescriptions)
            return Count;
        int fit = Math.Max(1, (columns + Gap) / (ItemWidth(columns) + Gap));
        return (Count + fit - 1) / fit;
    }

    /// <summary>Lays the list out, column by column.</summary>
    /// <param name="columns">The columns of the terminal.</param>
    /// <param name="maxRows">How many rows there is room for; at least 1. Of more, those around the selected item are shown.</param>
    public IReadOnlyList<IReadOnlyList<StyledPart>> Rows(int columns, int maxRows)
    {
        int total = RowsIn(columns), width = ItemWidth(columns);
        bool isCut = total > maxRows;
        int height = isCut ? Math.Max(1, maxRows - 1) : total;
        int selectedRow = Selected < 0 ? 0 : Selected % total;
        int first = Math.Clamp(selectedRow - height + 1, 0, total - height);
        List<IReadOnlyList<StyledPart>> rows = [];
        for (int row = first; row < first + height; row++)
            rows.Add(Row(row, total, width));
        if (isCut && maxRows > 1)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"rows {first + 1} to {first + height} of {total}");
            rows.Add([new(place, CellStyle.Description)]);
        }

        return rows;
    }

    private int ItemWidth(int columns) => Math.Min(columns, List.Items.Max(item => CellWidth.Of(item.Shown)));

    private List<StyledPart> Row(int row, int total, int width)
    {
        List<StyledPart> parts = [];
        for (int i = row; i < Count; i += total)
        {
            CompletionItem item = List.Items[i];
            bool isLast = i + total >= Count && string.IsNullOrEmpty(item.Description);
            int blanks = Math.Max(0, width - CellWidth.Of(item.Shown));
            parts.Add(new(item.Shown, i == Selected ? CellStyle.Selected : item.Style));
            if (!isLast)
                parts.Add(new(new(' ', blanks + Gap)));
            if (!string.IsNullOrEmpty(item.Description))
                parts.Add(new(item.Description, CellStyle.Description));
        }

        return parts;
    }
}
