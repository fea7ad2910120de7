namespace RemoteShell.Fleet.Nodes;

/// <summary>Numbers that stand at one place of several names.</summary>
/// <param name="Numbers">The numbers, sorted, each once.</param>
/// <param name="Text">The folded text without brackets, such as <c>1-3,07-12</c>. Equal sets have equal texts.</param>
internal sealed record NumberSet(IReadOnlyList<string> Numbers, string Text)
{
    /// <summary>A number as it stands in a name: in brackets if there are several.</summary>
    public string InName => Numbers.Count == 1 ? Text : $"[{Text}]";

    /// <summary>The set of one number.</summary>
    public static NumberSet Of(string number) => new([number], number);

    /// <summary>The union of sets that have no number in common.</summary>
    public static NumberSet Of(IEnumerable<NumberSet> sets)
    {
        List<string> numbers = [.. sets.SelectMany(set => set.Numbers)];
        numbers.Sort(NodeName.Compare);
        return new(numbers, string.Join(',', Fold(numbers)));
    }

    // As ClusterShell 1.9: numbers with zeros before them and others make a range only if they have the same width. Also after a single
    // number with zeros, a range keeps that width: 01,99,100.
    private static IEnumerable<string> Fold(List<string> numbers)
    {
        string first = numbers[0], last = first;
        bool isPadded = IsPadded(first);
        foreach (string number in numbers.Skip(1))
        {
            bool fits = isPadded ? number.Length == first.Length : !IsPadded(number);
            if (fits && IsNext(last, number))
            {
                last = number;
                continue;
            }

            yield return first == last ? first : $"{first}-{last}";
            if (!fits || first != last)
                isPadded = IsPadded(number);
            (first, last) = (number, number);
        }

        yield return first == last ? first : $"{first}-{last}";
    }

    private static bool IsPadded(string number) => number.Length > 1 && number[0] == '0';

    // Numbers may have more digits than fit into 64 bits.
    private static bool IsNext(string number, string next)
    {
        int kept = number.AsSpan().LastIndexOfAnyExcept('9');
        if (kept < 0)
            return next.Length == number.Length + 1 && next[0] == '1' && next.AsSpan(1).IndexOfAnyExcept('0') < 0;
        return next.Length == number.Length && next.AsSpan(0, kept).SequenceEqual(number.AsSpan(0, kept))
            && next[kept] == number[kept] + 1 && next.AsSpan(kept + 1).IndexOfAnyExcept('0') < 0;
    }
}
