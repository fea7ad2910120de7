namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>A search in the history that starts again with each typed character.</summary>
/// <param name="lines">The lines, the oldest first.</param>
internal sealed class IncrementalSearch(IReadOnlyList<string> lines)
{
    private int _at = lines.Count;

    /// <summary>The text that is searched for.</summary>
    public string Query { get; private set; } = "";

    /// <summary>The line that was found; null if there is none.</summary>
    public string? Match { get; private set; }

    /// <summary>Adds to the text; the line that was found stays if it has the longer text too.</summary>
    public void Type(string text)
    {
        Query += text;
        Find(Math.Min(_at, lines.Count - 1), -1, except: null);
    }

    /// <summary>Removes the last character, and searches from the newest line on.</summary>
    public void Shorten()
    {
        Query = Query[..Graphemes.Previous(Query, Query.Length)];
        Find(lines.Count - 1, -1, except: null);
    }

    /// <summary>Finds the next older line; keeps the line if there is none.</summary>
    public void Older() => Go(-1);

    /// <summary>Finds the next newer line; keeps the line if there is none.</summary>
    public void Newer() => Go(1);

    /// <summary>All places of the text in a line.</summary>
    public IReadOnlyList<StyledSpan> Highlights()
    {
        List<StyledSpan> places = [];
        int at = First();
        while (at >= 0)
        {
            places.Add(new(at, Query.Length, CellStyle.Match));
            int next = at + Query.Length;
            at = Match!.IndexOf(Query, next, StringComparison.OrdinalIgnoreCase);
        }

        return places;
    }

    /// <summary>The first place of the text in the line; -1 if there is none.</summary>
    public int First() => Match is null || Query.Length == 0 ? -1 : Match.IndexOf(Query, StringComparison.OrdinalIgnoreCase);

    private void Go(int step)
    {
        string? shown = Match;
        Find(_at + step, step, shown);
        Match ??= shown;
    }

    // Equal lines are found once.
    private void Find(int start, int step, string? except)
    {
        Match = null;
        for (int i = start; i >= 0 && i < lines.Count && Query.Length > 0; i += step)
        {
            if (lines[i] == except || !lines[i].Contains(Query, StringComparison.OrdinalIgnoreCase))
                continue;
            (_at, Match) = (i, lines[i]);
            return;
        }
    }
}
