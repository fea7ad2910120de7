namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>What the editor shows, without the size of the terminal.</summary>
/// <param name="Prompt">The prompt; without control characters.</param>
/// <param name="Text">The text.</param>
/// <param name="Cursor">The index of the cursor in the text.</param>
internal sealed record EditorView(IReadOnlyList<StyledPart> Prompt, string Text, int Cursor)
{
    private const string Continuation = "> ";

    /// <summary>Rows above the prompt, without control characters.</summary>
    public IReadOnlyList<string> Above { get; init; } = [];

    /// <summary>Shown behind the text; empty: nothing.</summary>
    public string Suggestion { get; init; } = "";

    /// <summary>The styles of parts of the text; of two for the same character the later one counts.</summary>
    public IReadOnlyList<StyledSpan> Spans { get; init; } = [];

    /// <summary>Shown below the text; null: none.</summary>
    public CompletionMenu? Menu { get; init; }

    /// <summary>Lays everything out for a terminal.</summary>
    public ViewFrame Render(int columns, int rows)
    {
        columns = Math.Max(2, columns);
        rows = Math.Max(1, rows);
        var frame = new FrameBuilder(columns);
        foreach (string row in Above)
        {
            frame.Add(row, CellStyle.Text);
            frame.EndRow();
        }

        foreach (StyledPart part in Prompt)
            frame.Add(part.Text, part.Style);
        CellStyle[] styles = Styles();
        for (int at = 0; at < Text.Length;)
        {
            if (at == Cursor)
                frame.PlaceCursor();
            at = AddTo(frame, Text, at, styles[at]);
        }

        if (Cursor == Text.Length)
            frame.PlaceCursor();
        for (int at = 0; at < Suggestion.Length;)
            at = AddTo(frame, Suggestion, at, CellStyle.Suggestion);
        AddMenu(frame, columns, rows);
        return frame.Build(rows);
    }

    private static int AddTo(FrameBuilder frame, string text, int index, CellStyle style)
    {
        if (text[index] != '\n')
            return frame.Add(text, index, style);
        frame.EndRow();
        frame.Add(Continuation, CellStyle.Continuation);
        return index + 1;
    }

    private void AddMenu(FrameBuilder frame, int columns, int rows)
    {
        if (Menu is null || rows <= frame.Count)
            return;
        foreach (IReadOnlyList<StyledPart> row in Menu.Rows(columns, rows - frame.Count))
        {
            frame.EndRow();
            foreach (StyledPart part in row)
                frame.AddCut(part.Text, part.Style);
        }
    }

    private CellStyle[] Styles()
    {
        var styles = new CellStyle[Text.Length];
        foreach (StyledSpan span in Spans)
        {
            int start = Math.Clamp(span.Start, 0, Text.Length), end = Math.Clamp(span.Start + span.Length, start, Text.Length);
            styles.AsSpan(start, end - start).Fill(span.Style);
        }

        return styles;
    }
}
