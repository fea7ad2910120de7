namespace RemoteShell.Fleet.Nodes;

/// <summary>A term that stands for names: texts, and ranges between them.</summary>
internal sealed class NodePattern
{
    // In characters. One name may be longer.
    private const int MaxLength = 512;

    // The ranges of each bracket, and the texts around them: one more.
    private readonly IReadOnlyList<IReadOnlyList<NodeRange>> _ranges;
    private readonly IReadOnlyList<string> _texts;

    private NodePattern(IReadOnlyList<string> texts, IReadOnlyList<IReadOnlyList<NodeRange>> ranges)
    {
        _texts = texts;
        _ranges = ranges;
    }

    /// <summary>Reads a term. An IPv6 address in brackets is a text.</summary>
    /// <param name="term">Its brackets come in pairs.</param>
    /// <exception cref="NodeSetException">A range is wrong, or two ranges touch each other.</exception>
    public static NodePattern Parse(string term)
    {
        if (NodeName.IsAddress(term))
            return new([term], []);
        List<string> texts = [];
        List<IReadOnlyList<NodeRange>> ranges = [];
        int start = 0;
        for (int open = term.IndexOf('[', StringComparison.Ordinal); open >= 0; open = term.IndexOf('[', start))
        {
            int close = term.IndexOf(']', open);
            string inside = term[(open + 1)..close], before = term[start..open];
            if (inside.Contains(':', StringComparison.Ordinal))
            {
                throw new NodeSetException($"'{term}' has '[{inside}]', which is neither a range nor the IPv6 address of a node")
                {
                    Hint = "write an address as [fe80::1], [fe80::1]:7022 or user@[fe80::1]; it stands for one node",
                };
            }

            if (start > 0 && before.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0)
                throw new NodeSetException($"'{term}' has two ranges without a text between them") { Hint = NodeRange.Hint };
            texts.Add(before);
            ranges.Add(NodeRange.ParseAll(inside));
            start = close + 1;
        }

        return new([.. texts, term[start..]], ranges);
    }

    /// <summary>The names. A name occurs twice if its number does.</summary>
    /// <exception cref="NodeSetException">There are too many.</exception>
    public IReadOnlyList<string> Expand()
    {
        CheckCount();
        List<string> names = [_texts[0]];
        for (int i = 0; i < _ranges.Count; i++)
        {
            string[] numbers = [.. _ranges[i].SelectMany(range => range.Numbers())];
            string text = _texts[i + 1];
            names = [.. names.SelectMany(_ => numbers, (name, number) => name + number + text)];
        }

        return names;
    }

    private void CheckCount()
    {
        long product = 1;
        foreach (IReadOnlyList<NodeRange> ranges in _ranges)
        {
            long count = 0;
            foreach (NodeRange range in ranges)
                NodeLimits.CheckCount(count += range.Count);
            NodeLimits.CheckCount(product *= count);
        }

        if (product > 1 && _texts.Sum(text => (long)text.Length) > MaxLength)
            throw new NodeSetException($"a name with a range has more than {MaxLength} characters");
    }
}
