namespace RemoteShell.Files.Matching;

/// <summary>Reads a <c>[…]</c> with ranges, <c>!</c> or <c>^</c>, and the classes of ASCII, such as <c>[:digit:]</c>.</summary>
internal static class SetReader
{
    private static readonly Dictionary<string, SymbolRange[]> Classes = new(StringComparer.Ordinal)
    {
        ["alnum"] = [new('0', '9'), new('A', 'Z'), new('a', 'z')],
        ["alpha"] = [new('A', 'Z'), new('a', 'z')],
        ["blank"] = [new(' ', ' '), new('\t', '\t')],
        ["cntrl"] = [new(0, 31), new(127, 127)],
        ["digit"] = [new('0', '9')],
        ["graph"] = [new(33, 126)],
        ["lower"] = [new('a', 'z')],
        ["print"] = [new(32, 126)],
        ["punct"] = [new(33, 47), new(58, 64), new(91, 96), new(123, 126)],
        ["space"] = [new(' ', ' '), new(9, 13)],
        ["upper"] = [new('A', 'Z')],
        ["xdigit"] = [new('0', '9'), new('A', 'F'), new('a', 'f')],
    };

    /// <summary>Reads a set.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="start">The position after the <c>[</c>.</param>
    /// <param name="end">The position after the <c>]</c>.</param>
    /// <returns>The set; null if the <c>]</c> is missing, or a class is unknown.</returns>
    public static SymbolSet? Read(IReadOnlyList<PatternSymbol> pattern, int start, out int end)
    {
        int at = start;
        bool isNegated = IsPlain(pattern, at, '!') || IsPlain(pattern, at, '^');
        if (isNegated)
            at++;
        var ranges = new List<SymbolRange>();
        int first = at;
        while (at < pattern.Count && (at == first || !IsPlain(pattern, at, ']')))
        {
            if (IsPlain(pattern, at, '[') && IsPlain(pattern, at + 1, ':') && ClassEnd(pattern, at + 2) is var close and > 0)
            {
                if (!Classes.TryGetValue(NameOf(pattern, at + 2, close), out SymbolRange[]? named))
                    break;
                ranges.AddRange(named);
                at = close + 2;
                continue;
            }

            bool isRange = IsPlain(pattern, at + 1, '-') && at + 2 < pattern.Count && !IsPlain(pattern, at + 2, ']');
            // As in git, the first symbol of a range counts also if the last one is before it.
            ranges.Add(new(pattern[at].Symbol, Math.Max(pattern[at].Symbol, pattern[isRange ? at + 2 : at].Symbol)));
            at += isRange ? 3 : 1;
        }

        bool isClosed = IsPlain(pattern, at, ']');
        end = at + 1;
        return isClosed ? new(ranges, isNegated ? SetSense.Others : SetSense.Listed) : null;
    }

    private static bool IsPlain(IReadOnlyList<PatternSymbol> pattern, int at, char symbol)
        => at < pattern.Count && pattern[at].IsActive && pattern[at].Symbol == symbol;

    // The position of the ':' before the ']'; 0 if there is none.
    private static int ClassEnd(IReadOnlyList<PatternSymbol> pattern, int at)
    {
        while (at < pattern.Count && !IsPlain(pattern, at, ']'))
            at++;
        return at < pattern.Count && IsPlain(pattern, at - 1, ':') ? at - 1 : 0;
    }

    private static string NameOf(IReadOnlyList<PatternSymbol> pattern, int start, int end)
        => string.Concat(Enumerable.Range(start, Math.Max(0, end - start)).Select(at => (char)(pattern[at].Symbol & 0x7f)));
}
