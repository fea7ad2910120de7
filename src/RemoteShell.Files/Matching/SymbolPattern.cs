namespace RemoteShell.Files.Matching;

/// <summary>Matches a text of symbols, bytes or characters, against steps.</summary>
/// <remarks>
/// The time is the length of the pattern times the length of the text for any pattern, because all positions of the pattern advance
/// together: a pattern may come from a hostile client.
/// </remarks>
internal sealed class SymbolPattern(IReadOnlyList<Step> steps)
{
    /// <summary>Whether the pattern matches all of the text.</summary>
    public bool IsMatch(ReadOnlySpan<int> text)
    {
        // A position is the step that comes next. Folders has a second position, inside the name of a folder.
        var now = new bool[steps.Count + 1];
        var inside = new bool[steps.Count + 1];
        Enter(now, 0);
        foreach (int symbol in text)
        {
            var next = new bool[steps.Count + 1];
            var nextInside = new bool[steps.Count + 1];
            for (int at = 0; at < steps.Count; at++)
            {
                if (now[at] || inside[at])
                    Advance(at, symbol, now[at], next, nextInside);
            }

            (now, inside) = (next, nextInside);
        }

        return now[steps.Count];
    }

    // Adds a position, and those that it reaches without a symbol.
    private void Enter(bool[] positions, int at)
    {
        positions[at] = true;
        while (at < steps.Count && steps[at].Kind is StepKind.Star or StepKind.Everything or StepKind.Folders)
            positions[++at] = true;
    }

    private void Advance(int at, int symbol, bool isNow, bool[] next, bool[] nextInside)
    {
        switch (steps[at].Kind)
        {
            case StepKind.Folders:
                nextInside[at] = true;
                if (symbol == '/')
                    Enter(next, at + 1);
                break;
            case StepKind.Star when symbol != '/':
            case StepKind.Everything:
                Enter(next, at);
                break;
            default:
                if (isNow && Matches(steps[at], symbol))
                    Enter(next, at + 1);
                break;
        }
    }

    private static bool Matches(Step step, int symbol) => step.Kind switch
    {
        StepKind.Literal => symbol == step.Symbol,
        StepKind.Any => symbol != '/',
        StepKind.Set => symbol != '/' && step.Set!.Contains(symbol),
        _ => false,
    };
}
