namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>The operators of shell text.</summary>
internal static class ShellOperators
{
    /// <summary>The length of the operator at the start of a text.</summary>
    /// <param name="text">A text that begins with a character of an operator.</param>
    /// <param name="isInCondition">Whether it is in <c>[[ … ]]</c>, which has fewer operators.</param>
    public static int Length(ReadOnlySpan<char> text, bool isInCondition)
    {
        if (isInCondition)
            return text.StartsWith("&&") || text.StartsWith("||") ? 2 : 1;
        // The longest first.
        ReadOnlySpan<string> operators = text[0] switch
        {
            ';' => [";;&", ";;", ";&", ";|"],
            '&' => ["&>>", "&&", "&>", "&|", "&!"],
            '|' => ["||", "|&"],
            '<' => ["<<<", "<<-", "<<", "<&", "<>"],
            '>' => [">>", ">&", ">|"],
            _ => [],
        };
        foreach (string known in operators)
        {
            if (text.StartsWith(known))
                return known.Length;
        }

        return 1;
    }
}
