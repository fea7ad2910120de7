namespace RemoteShell.Files.Matching;

/// <summary>Reads the pattern of a path: <c>?</c>, <c>*</c>, <c>[…]</c>, and <c>**</c> for any number of folders.</summary>
/// <remarks>A leading dot is matched like any other symbol.</remarks>
internal static class PathSteps
{
    /// <summary>The steps of a pattern. A <c>[</c> without its <c>]</c> matches nothing.</summary>
    public static List<Step> Of(List<PatternSymbol> symbols)
    {
        var steps = new List<Step>();
        int at = 0;
        while (at < symbols.Count)
            at = AddStep(symbols, at, steps);
        return steps;
    }

    private static int AddStep(List<PatternSymbol> symbols, int at, List<Step> steps)
    {
        PatternSymbol symbol = symbols[at];
        switch (symbol.IsActive ? symbol.Symbol : -1)
        {
            case '?':
                steps.Add(new(StepKind.Any));
                return at + 1;
            case '[':
                SymbolSet? set = SetReader.Read(symbols, at + 1, out int end);
                steps.Add(set is null ? new(StepKind.Never) : new(StepKind.Set, Set: set));
                return set is null ? symbols.Count : end;
            case '*':
                return AddStars(symbols, at, steps);
            default:
                steps.Add(new(StepKind.Literal, symbol.Symbol));
                return at + 1;
        }
    }

    // Two stars that are a whole component match folders; anywhere else any number of stars is one star.
    private static int AddStars(List<PatternSymbol> symbols, int at, List<Step> steps)
    {
        int end = at;
        while (end < symbols.Count && symbols[end] is { IsActive: true, Symbol: '*' })
            end++;
        bool isWhole = end - at >= 2 && (at == 0 || symbols[at - 1].Symbol == '/') && (end == symbols.Count || symbols[end].Symbol == '/');
        if (!isWhole)
        {
            steps.Add(new(StepKind.Star));
            return end;
        }

        steps.Add(new(end == symbols.Count ? StepKind.Everything : StepKind.Folders));
        return end == symbols.Count ? end : end + 1;
    }
}
