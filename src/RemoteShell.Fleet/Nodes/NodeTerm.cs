namespace RemoteShell.Fleet.Nodes;

/// <summary>A part of an expression: nodes, and what to do with them.</summary>
/// <param name="Operator"><c>,</c>, <c>!</c>, <c>&amp;</c> or <c>^</c>.</param>
/// <param name="Text">Names with ranges, a group or a wildcard. It is not empty, and its brackets come in pairs.</param>
internal sealed record NodeTerm(char Operator, string Text)
{
    private const string Operators = ",!&^";

    /// <summary>Splits an expression, whose operators work from left to right. White space between terms is a comma.</summary>
    /// <exception cref="NodeSetException">An operator has nothing beside it, or a bracket has no pair.</exception>
    public static IEnumerable<NodeTerm> Split(string text)
    {
        char? pending = null;
        bool isFirst = true;
        int at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at == text.Length)
                break;
            if (IsOperator(text[at]))
            {
                if (isFirst || pending is not null)
                    throw Missing("before", text[at], at);
                pending = text[at++];
                continue;
            }

            int end = EndOf(text, at);
            yield return new(pending ?? ',', text[at..end]);
            (at, pending, isFirst) = (end, null, false);
        }

        if (pending is not null)
            throw Missing("after", pending.Value, text.LastIndexOf(pending.Value));
    }

    /// <summary>Whether a character separates terms.</summary>
    public static bool IsOperator(char one) => Operators.Contains(one, StringComparison.Ordinal);

    private static int EndOf(string text, int start)
    {
        int at = start;
        while (at < text.Length && !IsOperator(text[at]) && !char.IsWhiteSpace(text[at]))
        {
            if (text[at] == ']')
                throw new NodeSetException($"'{text[start..(at + 1)]}' has a ] without a [") { Hint = NodeRange.Hint };
            if (text[at] != '[')
            {
                at++;
                continue;
            }

            int close = text.AsSpan(at + 1).IndexOfAny('[', ']');
            if (close < 0 || text[at + 1 + close] == '[')
                throw new NodeSetException($"'{Shortened(text[start..])}' has a [ without a ]") { Hint = NodeRange.Hint };
            at += close + 2;
        }

        return at;
    }

    private static string Shortened(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private static NodeSetException Missing(string where, char sign, int at)
        => new($"nothing stands {where} the '{sign}' at position {at + 1}")
        {
            Hint = "write it between two sets, as in 'web[1-9]!web3'",
        };
}
