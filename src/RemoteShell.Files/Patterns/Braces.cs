using RemoteShell.Files.Matching;

namespace RemoteShell.Files.Patterns;

/// <summary>Expands <c>{a,b}</c>, also nested. Braces without a comma stand for themselves.</summary>
internal static class Braces
{
    private const int MaxAlternatives = 1000;

    /// <summary>Returns all alternatives, from left to right.</summary>
    /// <exception cref="FormatException">There are more than 1,000.</exception>
    public static List<List<PatternSymbol>> Expand(List<PatternSymbol> symbols)
    {
        var finished = new List<List<PatternSymbol>>();
        // The rest of each alternative begins at a position before which no braces are left.
        var open = new Stack<(List<PatternSymbol> Symbols, int From)>();
        open.Push((symbols, 0));
        while (open.TryPop(out (List<PatternSymbol> Symbols, int From) next))
        {
            if (finished.Count + open.Count >= MaxAlternatives)
                throw new FormatException("the braces of the pattern have more than 1,000 alternatives");
            Group? group = FindGroup(next.Symbols, next.From);
            if (group is null)
            {
                finished.Add(next.Symbols);
                continue;
            }

            // The first alternative is on top, so that it comes out first.
            for (int i = group.Cuts.Count - 2; i >= 0; i--)
            {
                List<PatternSymbol> alternative =
                [
                    .. next.Symbols[..group.Cuts[0]],
                    .. next.Symbols[(group.Cuts[i] + 1)..group.Cuts[i + 1]],
                    .. next.Symbols[(group.Cuts[^1] + 1)..],
                ];
                open.Push((alternative, group.Cuts[0]));
            }
        }

        return finished;
    }

    // Finds the next braces that have a comma.
    private static Group? FindGroup(List<PatternSymbol> symbols, int from)
    {
        for (int start = from; start < symbols.Count; start++)
        {
            if (Is(symbols[start], '{') && ReadGroup(symbols, start) is { Cuts.Count: > 2 } group)
                return group;
        }

        return null;
    }

    private static Group? ReadGroup(List<PatternSymbol> symbols, int start)
    {
        var cuts = new List<int> { start };
        int depth = 1;
        for (int at = start + 1; at < symbols.Count; at++)
        {
            if (Is(symbols[at], '{'))
                depth++;
            if (Is(symbols[at], '}'))
                depth--;
            if (depth == 0 || (depth == 1 && Is(symbols[at], ',')))
                cuts.Add(at);
            if (depth == 0)
                return new(cuts);
        }

        return null;
    }

    private static bool Is(PatternSymbol symbol, char character) => symbol.IsActive && symbol.Symbol == character;

    // The positions of the opening brace, the commas and the closing brace.
    private sealed record Group(List<int> Cuts);
}
