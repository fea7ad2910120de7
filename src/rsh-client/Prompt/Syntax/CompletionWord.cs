namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>The word before the cursor, for a completion, and how a candidate is written in its place.</summary>
/// <param name="Kind">What the word stands for.</param>
/// <param name="Start">The offset of the part that a candidate replaces; it ends at <paramref name="End"/>.</param>
/// <param name="End">The offset of the cursor.</param>
/// <param name="Folder">
/// The part of the word before <paramref name="Start"/> that stays as it is written, such as <c>~/</c> or <c>$HOME/</c>.
/// </param>
/// <param name="Value">The part that is replaced, without quotes.</param>
/// <param name="Quote">The quote that is open at the cursor.</param>
/// <param name="Before">The words of the command before it, without quotes; the last may be the option of <c>--option=VALUE</c>.</param>
internal sealed record CompletionWord(
    WordKind Kind, int Start, int End, string Folder, string Value, OpenQuote Quote, IReadOnlyList<string> Before)
{
    // Whether the open quote is in the part that a candidate replaces.
    private bool OpensQuote { get; init; }

    /// <summary>Finds the word before a cursor.</summary>
    public static CompletionWord At(string text, int cursor)
    {
        var lexer = new ShellLexer();
        string typed = text[..cursor];
        lexer.Append(typed);
        int index = lexer.Levels.Count - 1;
        ShellLevel top = lexer.Levels[index];
        if (top.Kind == LevelKind.Backquotes)
            return At(typed[(top.Start + 1)..], cursor - top.Start - 1).Moved(top.Start + 1);
        if (VariableAt(lexer, typed) is { } variable)
            return variable;
        OpenQuote quote = QuoteOf(top.Kind);
        ShellLevel commands = quote == OpenQuote.None ? top : lexer.Levels[index - 1];
        if (commands.Kind != LevelKind.Commands || IsInComment(lexer, typed))
            return Nothing(cursor);
        return WordAt(lexer, typed, commands, quote, quote == OpenQuote.None ? cursor : top.Start);
    }

    /// <summary>The text that replaces the word up to the cursor.</summary>
    /// <param name="value">The candidate, without <see cref="Folder"/>.</param>
    public string Replacement(string value)
        => Kind == WordKind.Variable || Kind == WordKind.User
            ? value
            : (OpensQuote ? ShellQuoting.Opening(Quote) : "") + ShellQuoting.Quote(value, Quote);

    /// <summary>What follows the replacement if the candidate is the whole word: the closing quote.</summary>
    public string Closing => Kind is WordKind.Variable or WordKind.User ? "" : ShellQuoting.Closing(Quote);

    private static CompletionWord Nothing(int cursor) => new(WordKind.None, cursor, cursor, "", "", OpenQuote.None, []);

    private static OpenQuote QuoteOf(LevelKind kind) => kind switch
    {
        LevelKind.SingleQuotes => OpenQuote.Single,
        LevelKind.DoubleQuotes => OpenQuote.Double,
        LevelKind.AnsiQuotes => OpenQuote.Ansi,
        _ => OpenQuote.None,
    };

    private CompletionWord Moved(int by) => this with { Start = Start + by, End = End + by };

    private static bool IsInComment(ShellLexer lexer, string typed)
        => lexer.Tokens is [.., { Kind: TokenKind.Comment } last] && last.End == typed.Length;

    // The name after `$` or `${`, or in arithmetic.
    private static CompletionWord? VariableAt(ShellLexer lexer, string typed)
    {
        ShellLevel top = lexer.Levels[^1];
        int start = typed.Length;
        while (start > 0 && (char.IsAsciiLetterOrDigit(typed[start - 1]) || typed[start - 1] == '_'))
            start--;
        bool isNumber = start < typed.Length && char.IsAsciiDigit(typed[start]);
        bool isVariable = top.Kind switch
        {
            LevelKind.Parameter => start == top.Start + 2,
            LevelKind.Arithmetic when start < typed.Length && typed[start - 1] != '$' => !isNumber,
            LevelKind.SingleQuotes or LevelKind.AnsiQuotes or LevelKind.Heredoc => false,
            _ => IsDollar(typed, start - 1) && !IsInComment(lexer, typed),
        };
        return isVariable && !isNumber ? new(WordKind.Variable, start, typed.Length, "", typed[start..], OpenQuote.None, []) : null;
    }

    private static bool IsDollar(string typed, int at)
    {
        if (at < 0 || typed[at] != '$')
            return false;
        int backslashes = 0;
        while (at - backslashes > 0 && typed[at - backslashes - 1] == '\\')
            backslashes++;
        return backslashes % 2 == 0;
    }

    private static CompletionWord WordAt(ShellLexer lexer, string typed, ShellLevel commands, OpenQuote quote, int quoteStart)
    {
        int wordStart = commands.WordStart < 0 ? typed.Length : commands.WordStart;
        List<string> before = [.. commands.Words.Select(word => ShellWord.Unquote(typed.AsSpan(word.Start, word.Length)))];
        WordKind kind = KindOf(commands.Grammar, before);
        int start = wordStart;
        ReadOnlySpan<char> word = typed.AsSpan(wordStart);
        if (kind == WordKind.Command && word is ['!', ..] && typed.AsSpan(0, wordStart).Trim().IsEmpty)
            start++;
        bool isAssignment = (commands.Grammar.ExpectsAssignment || kind == WordKind.Command) && IsAssignment(word);
        if (isAssignment || word is ['-', ..])
            start = AfterEquals(typed, wordStart, isAssignment, quoteStart, before);
        if (isAssignment && start > wordStart)
            kind = WordKind.Argument;
        bool mayHaveTilde = start == wordStart || isAssignment;
        if (mayHaveTilde && IsUser(typed.AsSpan(start)))
            return new(WordKind.User, start, typed.Length, "", typed[start..], OpenQuote.None, before);
        int folder = FolderEnd(lexer, typed, start, mayHaveTilde);
        if (folder < 0)
            return Nothing(typed.Length);
        bool opensQuote = quote != OpenQuote.None && quoteStart >= folder;
        // The quote before the part that is replaced stays, but it changes what the part means.
        string value = opensQuote || quote == OpenQuote.None
            ? ShellWord.Unquote(typed.AsSpan(folder))
            : ShellWord.Unquote($"{ShellQuoting.Opening(quote)}{typed[folder..]}");
        return new(kind, folder, typed.Length, typed[start..folder], value, quote, before) { OpensQuote = opensQuote };
    }

    private static WordKind KindOf(CommandGrammar grammar, List<string> before)
    {
        if (grammar.NeedsTarget)
            return WordKind.Target;
        bool isAfterPrefix = before.Count > 0 && CommandPrefixes.ExpectCommand(before);
        return grammar.ExpectsCommand || isAfterPrefix ? WordKind.Command : WordKind.Argument;
    }

    private static bool IsAssignment(ReadOnlySpan<char> word)
    {
        int end = word.IndexOf('=');
        if (end <= 0 || char.IsAsciiDigit(word[0]))
            return false;
        foreach (char c in word[..end].TrimEnd('+'))
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        }

        return true;
    }

    // Behind the `=` of an option or an assignment, and behind the last colon of the latter; the start of the word without one.
    private static int AfterEquals(string typed, int wordStart, bool isAssignment, int quoteStart, List<string> before)
    {
        int equals = typed.IndexOf('=', wordStart);
        if (equals < 0 || equals > quoteStart)
            return wordStart;
        before.Add(typed[wordStart..equals]);
        ReadOnlySpan<char> value = typed.AsSpan(equals + 1, Math.Max(quoteStart - equals - 1, 0));
        return isAssignment ? equals + 1 + value.LastIndexOf(':') + 1 : equals + 1;
    }

    private static bool IsUser(ReadOnlySpan<char> word) => word is ['~', ..] && word.IndexOfAny("/'\"\\$`") < 0;

    // Behind the slash after the last expansion, or after the tilde; -1 if an expansion has no slash behind it.
    private static int FolderEnd(ShellLexer lexer, string typed, int start, bool mayHaveTilde)
    {
        int end = start;
        foreach (ShellToken token in lexer.Tokens)
        {
            if (token.Kind == TokenKind.Expansion && token.Start >= start)
                end = Math.Max(end, token.End);
        }

        if (end > start)
        {
            int slash = typed.IndexOf('/', end);
            return slash < 0 ? -1 : typed.LastIndexOf('/') + 1;
        }

        if (!mayHaveTilde || start == typed.Length || typed[start] != '~')
            return start;
        int first = typed.IndexOf('/', start);
        bool isPlain = first > 0 && typed.AsSpan(start, first - start).IndexOfAny('\'', '"', '\\') < 0;
        return isPlain ? first + 1 : start;
    }
}
