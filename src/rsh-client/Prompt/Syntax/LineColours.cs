using RemoteShell.Cli.Client.Prompt.Editing;

namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>Finds the parts of a command that have a colour.</summary>
/// <param name="isKnown">Whether a command of that name exists; null: not known yet.</param>
/// <param name="promptWords">The words of the prompt itself.</param>
internal sealed class LineColours(Func<string, bool?> isKnown, IReadOnlyList<string> promptWords) : ITextColours
{
    /// <summary>The coloured parts, in the order of the text, without overlaps.</summary>
    public IReadOnlyList<ColouredSpan> Colour(string text)
    {
        ShellLexer lexer = ShellLexer.Lex(text);
        var kinds = new SpanKind?[text.Length];
        // Outer parts first, so that inner ones are painted over them. Of two for the same characters the inner one ends first.
        IEnumerable<ShellToken> parts = lexer.Tokens.Concat(lexer.Levels.Skip(1).Select(level => Open(level, text.Length)));
        foreach (ShellToken part in parts.Reverse().OrderBy(part => part.Start).ThenByDescending(part => part.Length))
            Paint(text, part, kinds);
        return Spans(kinds);
    }

    // A part without its end goes up to the end of the text.
    private static ShellToken Open(ShellLevel level, int end)
    {
        TokenKind kind = level.Kind switch
        {
            LevelKind.SingleQuotes or LevelKind.DoubleQuotes or LevelKind.AnsiQuotes => TokenKind.Quoted,
            LevelKind.Heredoc => TokenKind.HeredocBody,
            _ => TokenKind.Expansion,
        };
        return new(kind, level.Start, end - level.Start, 0);
    }

    private void Paint(string text, ShellToken part, SpanKind?[] kinds)
    {
        Span<SpanKind?> cells = kinds.AsSpan(part.Start, part.Length);
        ReadOnlySpan<char> raw = text.AsSpan(part.Start, part.Length);
        switch (part.Kind)
        {
            case TokenKind.Command:
                PaintCommand(text, part, cells);
                break;
            case TokenKind.Assignment:
                cells[..raw.IndexOf('=')].Fill(SpanKind.Variable);
                break;
            case TokenKind.ReservedWord:
                cells.Fill(SpanKind.Keyword);
                break;
            case TokenKind.Operator or TokenKind.Redirection or TokenKind.Descriptor or TokenKind.HeredocEnd:
                cells.Fill(SpanKind.Operator);
                break;
            case TokenKind.HeredocBody or TokenKind.Quoted:
                cells.Fill(SpanKind.String);
                break;
            case TokenKind.Comment:
                cells.Fill(SpanKind.Comment);
                break;
            case TokenKind.Expansion:
                PaintExpansion(raw, cells);
                break;
        }
    }

    private void PaintCommand(string text, ShellToken part, Span<SpanKind?> cells)
    {
        string raw = text.Substring(part.Start, part.Length);
        bool isFirst = string.IsNullOrWhiteSpace(text[..part.Start]);
        if (isFirst && promptWords.Contains(raw))
        {
            cells.Fill(SpanKind.Keyword);
            return;
        }

        if (isFirst && raw.StartsWith('!'))
        {
            cells[0] = SpanKind.Operator;
            cells = cells[1..];
            raw = raw[1..];
        }

        // The value of an expansion is not known, and paths are not asked for.
        bool isOpen = raw.Length == 0 || raw.AsSpan().ContainsAny('$', '`', '/');
        cells.Fill((isOpen ? true : isKnown(ShellWord.Unquote(raw))) switch
        {
            true => SpanKind.Command,
            false => SpanKind.UnknownCommand,
            null => null,
        });
    }

    // Of commands in parentheses only the parentheses.
    private static void PaintExpansion(ReadOnlySpan<char> raw, Span<SpanKind?> cells)
    {
        bool isCommands = (raw.StartsWith("$(") && !raw.StartsWith("$((")) || raw.StartsWith("<(") || raw.StartsWith(">(");
        if (!isCommands)
        {
            cells.Fill(SpanKind.Variable);
            return;
        }

        cells.Fill(null);
        cells[..2].Fill(SpanKind.Operator);
        if (raw.Length > 2 && raw[^1] == ')')
            cells[^1] = SpanKind.Operator;
    }

    private static List<ColouredSpan> Spans(SpanKind?[] kinds)
    {
        var spans = new List<ColouredSpan>();
        int start = 0;
        for (int i = 1; i <= kinds.Length; i++)
        {
            if (i < kinds.Length && kinds[i] == kinds[start])
                continue;
            if (kinds[start] is { } kind)
                spans.Add(new(start, i - start, kind));
            start = i;
        }

        return spans;
    }
}
