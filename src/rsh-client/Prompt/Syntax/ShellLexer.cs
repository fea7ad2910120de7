using System.Runtime.InteropServices;
using System.Text;

namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>Splits POSIX shell text, with the common forms of bash, into tokens, and knows what is open at its end.</summary>
/// <remarks>
/// It accepts any text, and takes time in proportion to its length. Where shells differ, or where it does not know a form, its verdict is
/// <see cref="SyntaxVerdict.Unknown"/>. It does not know aliases.
/// </remarks>
internal sealed class ShellLexer
{
    // More levels than this are not followed.
    private const int MaxLevels = 100;

    // How often a text may be in a text: backquotes and heredocs are lexed again on their own.
    private const int MaxNesting = 8;

    private readonly int _nesting;
    private readonly List<char> _text = [];
    private readonly List<ShellToken> _tokens = [];
    private readonly List<ShellLevel> _levels = [];
    private int _at;
    private int _depth;
    private int _heredocs;

    // The offset behind the last backslash at the end of a line.
    private int _continuation = -1;
    private bool _isUnknown;

    /// <summary>Prepares a lexer without text.</summary>
    public ShellLexer()
        : this(LevelKind.Commands, 0)
    {
    }

    private ShellLexer(LevelKind kind, int nesting)
    {
        _nesting = nesting;
        _levels.Add(new(kind, 0));
    }

    /// <summary>The tokens, in the order of their ends.</summary>
    public IReadOnlyList<ShellToken> Tokens => _tokens;

    /// <summary>The parts that are open, the outermost first.</summary>
    public IReadOnlyList<ShellLevel> Levels => _levels;

    private ShellLevel Top => _levels[^1];

    private ReadOnlySpan<char> Text => CollectionsMarshal.AsSpan(_text);

    /// <summary>Splits a whole text.</summary>
    public static ShellLexer Lex(string text)
    {
        var lexer = new ShellLexer();
        lexer.Append(text);
        lexer.Finish();
        return lexer;
    }

    /// <summary>Adds lines. All but the last call must add whole lines, with their ends.</summary>
    public void Append(ReadOnlySpan<char> lines)
    {
        _text.AddRange(lines);
        _isUnknown |= lines.Contains('\0');
        while (_at < _text.Count)
            Step();
    }

    /// <summary>Ends the text: the last word is whole.</summary>
    public void Finish()
    {
        if (Top is { Kind: LevelKind.Commands, WordStart: >= 0 })
            EndWord();
    }

    /// <summary>Whether the text is whole: complete, incomplete, or unknown.</summary>
    public SyntaxVerdict Verdict()
    {
        if (_isUnknown || _levels.Exists(level => level.Grammar.IsUnknown))
            return SyntaxVerdict.Unknown;
        // Commands in two pairs of parentheses look like arithmetic until the end.
        if (_levels.Exists(level => level.Kind == LevelKind.Arithmetic && (level != Top || level.Parentheses < 2)))
            return SyntaxVerdict.Unknown;
        if (Top.Kind != LevelKind.Commands || _continuation == _at)
            return SyntaxVerdict.Incomplete;
        SyntaxVerdict verdict = Top.Grammar.Verdict();
        bool isOpen = _levels.Count > 1 || _heredocs > 0;
        return verdict == SyntaxVerdict.Complete && isOpen ? SyntaxVerdict.Incomplete : verdict;
    }

    private void Step()
    {
        switch (Top.Kind)
        {
            case LevelKind.Commands:
                StepCommands(Top);
                break;
            case LevelKind.SingleQuotes:
                StepSingleQuotes();
                break;
            case LevelKind.AnsiQuotes:
                StepAnsiQuotes();
                break;
            case LevelKind.DoubleQuotes:
                StepDoubleQuotes();
                break;
            case LevelKind.HeredocText:
                StepQuotable(Current, isQuoted: true);
                break;
            case LevelKind.Backquotes:
                StepBackquotes();
                break;
            case LevelKind.Parameter:
                StepParameter(Top);
                break;
            case LevelKind.Arithmetic:
                StepArithmetic(Top);
                break;
            case LevelKind.Heredoc:
                StepHeredoc(Top);
                break;
        }
    }

    private char Current => _text[_at];

    private char Peek(int distance) => _at + distance < _text.Count ? _text[_at + distance] : '\0';

    private bool IsContinuation => Current == '\\' && Peek(1) == '\n';

    private void Push(LevelKind kind, int length, bool isQuoted = false, bool isCommand = false)
    {
        if (_levels.Count >= MaxLevels)
        {
            _isUnknown = true;
            _at += length;
            return;
        }

        _levels.Add(new(kind, _at) { IsQuoted = isQuoted, IsCommand = isCommand });
        _at += length;
        if (kind == LevelKind.Commands)
            _depth++;
    }

    // Ends the innermost level at the present offset.
    private void Pop(TokenKind kind)
    {
        ShellLevel ended = Top;
        _levels.RemoveAt(_levels.Count - 1);
        if (ended.Kind == LevelKind.Commands)
        {
            _depth--;
            _isUnknown |= ended.Grammar.IsUnknown || ended.Heredocs.Count > 0;
            _heredocs -= ended.Heredocs.Count;
        }

        Add(kind, ended.Start, _at);
    }

    private void Add(TokenKind kind, int start, int end)
    {
        if (end > start)
            _tokens.Add(new(kind, start, end - start, _depth));
    }

    private void StepCommands(ShellLevel level)
    {
        char c = Current;
        if (level.WordStart >= 0)
            StepWord(level, c);
        else if (c is ' ' or '\t')
            _at++;
        else if (IsContinuation)
            Continue();
        else if (c == '\n')
            EndLine(level);
        else if (c == '#' && !level.Grammar.IsInCondition)
            Comment();
        else if (c is '<' or '>' && Peek(1) == '(' && !level.Grammar.IsInCondition)
            StartWord(level);
        else if (c is ';' or '&' or '|' or '(' or ')' or '<' or '>' && !IsGroup(level, c))
            Operator(level, c);
        else
            StartWord(level);
    }

    // Whether parentheses belong to a pattern or a regular expression.
    private bool IsGroup(ShellLevel level, char c)
    {
        if (c != '(' || !(level.Grammar.ExpectsRegex || (level.Grammar.ExpectsPattern && IsAfterPatternPrefix(level))))
            return false;
        return ShellNames.GroupLength(Text[_at..]) > 0;
    }

    private bool IsAfterPatternPrefix(ShellLevel level)
    {
        if (level.WordStart < 0 || _at == level.WordStart || _text[_at - 1] is not ('?' or '*' or '+' or '@' or '!'))
            return false;
        return _at - 1 == level.WordStart || _text[_at - 2] is not ('\\' or '$');
    }

    private void StartWord(ShellLevel level) => (level.WordStart, level.IsPlain) = (_at, true);

    private void StepWord(ShellLevel level, char c)
    {
        if (c is '<' or '>' && Peek(1) == '(' && !level.Grammar.IsInCondition)
        {
            level.IsPlain = false;
            Push(LevelKind.Commands, 2);
        }
        else if (c is ' ' or '\t' or '\n' or ';' or '&' or '|' or ')' or '<' or '>')
        {
            if (c is '<' or '>' && IsDescriptor(level))
                EndDescriptor(level);
            else
                EndWord();
        }
        else if (IsGroup(level, c))
        {
            _at += ShellNames.GroupLength(Text[_at..]);
        }
        else if (c == '(')
        {
            WordBeforeParenthesis(level);
        }
        else
        {
            // A subscript may have blanks and quotes of its own.
            if (c == '[' && (level.Grammar.ExpectsAssignment || level.Grammar.IsInArray))
                _isUnknown |= ShellNames.IsOddSubscript(Text[level.WordStart.._at], Text[(_at + 1)..], level.Grammar.IsInArray);
            if (c is '\'' or '"' or '$' or '`' || (c == '\\' && !IsContinuation))
                level.IsPlain = false;
            // Shells do not agree about expansions in the delimiter of a heredoc.
            _isUnknown |= c is '$' or '`' && level.Grammar.NeedsTarget && level.Redirection is "<<" or "<<-";
            StepQuotable(c, isQuoted: false);
        }
    }

    // `name=(` starts the values of an array; other words do not go before a parenthesis, except that of a function.
    private void WordBeforeParenthesis(ShellLevel level)
    {
        int start = level.WordStart;
        _isUnknown |= _text[_at - 1] is '?' or '*' or '+' or '@' or '!' || _text[_at - 1] == '\n';
        bool mayBeArray = level.IsPlain && level.Grammar is { ExpectsAssignment: true, IsInArray: false };
        bool isArray = mayBeArray && ShellNames.AssignmentLength(Text[start.._at]) == _at - start;
        EndWord();
        if (!isArray)
            return;
        level.Grammar.OpenArray();
        AddOperator(1);
    }

    private bool IsDescriptor(ShellLevel level)
        => level.IsPlain && !level.Grammar.IsInCondition && ShellNames.IsDescriptor(Text[level.WordStart.._at]);

    private void EndDescriptor(ShellLevel level)
    {
        Add(TokenKind.Descriptor, level.WordStart, _at);
        level.WordStart = -1;
    }

    private void EndWord()
    {
        ShellLevel level = Top;
        int start = level.WordStart;
        level.WordStart = -1;
        string? plain = level.IsPlain ? PlainText(start) : null;
        bool startsCommand = level.Grammar.ExpectsCommand;
        TokenKind kind = level.Grammar.Word(plain, ShellNames.AssignmentLength(Text[start.._at]) > 0);
        bool isFirst = startsCommand && kind is TokenKind.Command or TokenKind.Assignment;
        if (kind == TokenKind.ReservedWord || (isFirst && level.Words is [.., { Kind: not TokenKind.Assignment }]))
            level.Words.Clear();
        Add(kind, start, _at);
        if (kind is TokenKind.Word or TokenKind.Command or TokenKind.Assignment)
            level.Words.Add(_tokens[^1]);
        if (kind == TokenKind.Target && level.Redirection is "<<" or "<<-")
            TakeDelimiter(level, Text[start.._at]);
    }

    private string PlainText(int start)
    {
        string text = Text[start.._at].ToString();
        return text.Contains('\\', StringComparison.Ordinal) ? text.Replace("\\\n", "", StringComparison.Ordinal) : text;
    }

    private void TakeDelimiter(ShellLevel level, ReadOnlySpan<char> word)
    {
        string delimiter = ShellWord.Unquote(word);
        _isUnknown |= word.ContainsAny('$', '`') || word.ContainsAny('\n', '<', '>') || delimiter.Length == 0;
        level.Heredocs.Enqueue(new(delimiter, level.Redirection == "<<-", word.ContainsAny('\'', '"', '\\')));
        level.Redirection = "";
        _heredocs++;
    }

    private void Continue()
    {
        _at += 2;
        _continuation = _at;
    }

    private void Comment()
    {
        int length = Text[_at..].IndexOf('\n');
        int end = length < 0 ? _text.Count : _at + length;
        Add(TokenKind.Comment, _at, end);
        _at = end;
    }

    private void EndLine(ShellLevel level)
    {
        // The body of a heredoc outside of this level would start here in some shells.
        _isUnknown |= _heredocs > level.Heredocs.Count;
        Add(TokenKind.Newline, _at, _at + 1);
        level.Grammar.Newline();
        level.Words.Clear();
        _at++;
        if (level.Heredocs.Count > 0)
            OpenHeredoc(level);
    }

    private void OpenHeredoc(ShellLevel level) => _levels.Add(new(LevelKind.Heredoc, _at) { Body = level.Heredocs.Peek() });

    private void AddOperator(int length)
    {
        Add(TokenKind.Operator, _at, _at + length);
        _at += length;
        // A line that goes on in the middle of an operator.
        _isUnknown |= _at < _text.Count && IsContinuation && _text[_at - 1] is not (')' or ';');
    }

    private void Operator(ShellLevel level, char c)
    {
        CommandGrammar grammar = level.Grammar;
        if (c == '(' && Peek(1) == '(' && grammar.ExpectsArithmetic)
        {
            Push(LevelKind.Arithmetic, 2, isCommand: true);
            return;
        }

        if (c == ')')
        {
            Close(level);
            return;
        }

        int length = ShellOperators.Length(Text[_at..], grammar.IsInCondition);
        string text = Text.Slice(_at, length).ToString();
        if (text.ContainsAny('<', '>') && !grammar.IsInCondition)
        {
            grammar.Redirection();
            level.Redirection = text;
            Add(TokenKind.Redirection, _at, _at + length);
            _at += length;
            _isUnknown |= _at < _text.Count && IsContinuation;
            return;
        }

        grammar.Operator(text);
        level.Words.Clear();
        AddOperator(length);
    }

    private void Close(ShellLevel level)
    {
        bool isArray = level.Grammar.IsInArray;
        bool isEnd = level.Grammar.CloseParenthesis();
        if (isEnd && _levels.Count > 1)
        {
            _at++;
            Pop(TokenKind.Expansion);
            return;
        }

        _isUnknown |= isEnd;
        if (!isArray)
            level.Words.Clear();
        AddOperator(1);
        if (isArray && _at < _text.Count)
            _isUnknown |= Current is not (' ' or '\t' or '\n' or ';' or '&' or '|' or ')');
    }

    // A character of a word, or of a text in which expansions are looked for.
    private void StepQuotable(char c, bool isQuoted)
    {
        switch (c)
        {
            case '\\':
                StepBackslash(isQuoted);
                break;
            case '\'' when !isQuoted:
                Push(LevelKind.SingleQuotes, 1);
                break;
            case '"' when Top.Kind != LevelKind.HeredocText:
                Push(LevelKind.DoubleQuotes, 1);
                break;
            case '`':
                Push(LevelKind.Backquotes, 1);
                break;
            case '$':
                StepDollar(isQuoted);
                break;
            default:
                if (c == '\n')
                    NewlineInWord();
                _at++;
                break;
        }
    }

    private void StepBackslash(bool isQuoted)
    {
        if (IsContinuation)
        {
            if (isQuoted)
                NewlineInWord();
            Continue();
        }
        else if (_at + 1 == _text.Count)
        {
            _at++;
            _continuation = _at;
        }
        else
        {
            _at += 2;
        }
    }

    // Shells do not agree where the body of a heredoc starts if the end of the line is in a word.
    private void NewlineInWord() => _isUnknown |= _heredocs > 0;

    private void StepDollar(bool isQuoted)
    {
        char next = Peek(1);
        switch (next)
        {
            case '(' when Peek(2) == '(':
                Push(LevelKind.Arithmetic, 3);
                break;
            case '(':
                Push(LevelKind.Commands, 2);
                break;
            case '{':
                // bash 5.3, zsh and ksh know `${ command; }`.
                _isUnknown |= ShellNames.IsOddParameter(Text[(_at + 2)..]);
                Push(LevelKind.Parameter, 2, isQuoted);
                break;
            case '\'' when !isQuoted:
                Push(LevelKind.AnsiQuotes, 2);
                break;
            case '"' when !isQuoted:
                Push(LevelKind.DoubleQuotes, 2);
                break;
            case '[' or '\\' when next == '[' || Peek(2) == '\n':
                _isUnknown = true;
                _at += 2;
                break;
            default:
                StepVariable(next);
                break;
        }
    }

    private void StepVariable(char next)
    {
        int start = _at;
        _at++;
        if (next is '?' or '#' or '@' or '*' or '!' or '$' or '-' || char.IsAsciiDigit(next))
            _at++;
        else
            _at += ShellNames.Length(Text[_at..]);
        if (_at > start + 1)
            Add(TokenKind.Expansion, start, _at);
    }

    private void StepSingleQuotes()
    {
        ReadOnlySpan<char> rest = Text[_at..];
        int length = rest.IndexOf('\'');
        ReadOnlySpan<char> content = length < 0 ? rest : rest[..length];
        if (content.Contains('\n'))
            NewlineInWord();
        _at += content.Length;
        if (length < 0)
            return;
        _at++;
        Pop(TokenKind.Quoted);
    }

    private void StepAnsiQuotes()
    {
        char c = Current;
        if (c == '\n')
            NewlineInWord();
        _at += c == '\\' && _at + 1 < _text.Count ? 2 : 1;
        if (c == '\'')
            Pop(TokenKind.Quoted);
    }

    private void StepDoubleQuotes()
    {
        if (Current != '"')
        {
            StepQuotable(Current, isQuoted: true);
            return;
        }

        _at++;
        Pop(TokenKind.Quoted);
    }

    private void StepBackquotes()
    {
        char c = Current;
        if (c == '\n')
            NewlineInWord();
        if (c != '`')
        {
            _at += c == '\\' && _at + 1 < _text.Count ? 2 : 1;
            return;
        }

        // Some shells read the commands at once, and others when they run them.
        string inner = Unescape(Text[(Top.Start + 1).._at]);
        _isUnknown |= _nesting >= MaxNesting || !IsWhole(inner, LevelKind.Commands);
        _at++;
        Pop(TokenKind.Expansion);
    }

    private bool IsWhole(string text, LevelKind kind)
    {
        if (_nesting >= MaxNesting)
            return false;
        var lexer = new ShellLexer(kind, _nesting + 1);
        lexer.Append(text);
        lexer.Finish();
        if (kind == LevelKind.Commands)
            return lexer.Verdict() == SyntaxVerdict.Complete;
        return !lexer._isUnknown && lexer._levels.Count == 1;
    }

    // In backquotes a backslash quotes a dollar sign, a backquote and a backslash.
    private static string Unescape(ReadOnlySpan<char> text)
    {
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '\\' or '`' or '$')
                i++;
            result.Append(text[i]);
        }

        return result.ToString();
    }

    private void StepParameter(ShellLevel level)
    {
        char c = Current;
        if (c == '}')
        {
            _at++;
            Pop(TokenKind.Expansion);
            return;
        }

        // Shells do not agree about these here.
        _isUnknown |= level.IsQuoted && (c == '\'' || (c == '$' && Peek(1) == '\''));
        _isUnknown |= c is '<' or '>' && Peek(1) == '(';
        StepQuotable(c, level.IsQuoted);
    }

    private void StepArithmetic(ShellLevel level)
    {
        char c = Current;
        bool isComment = c == '#' && level.IsCommand && !char.IsAsciiLetterOrDigit(_text[_at - 1]);
        _isUnknown |= isComment || c is '\'' or '"' or '\\' or '`' || (c == ')' && level.Parentheses == 1 && _text[_at - 1] != ')');
        switch (c)
        {
            case '(':
                level.Parentheses++;
                _at++;
                break;
            case ')':
                CloseArithmetic(level);
                break;
            case '\'' or '"' or '\\' or '`':
                _at++;
                break;
            default:
                if (c == ';')
                    level.Semicolons++;
                StepQuotable(c, isQuoted: true);
                break;
        }
    }

    private void CloseArithmetic(ShellLevel level)
    {
        level.Parentheses--;
        _at++;
        if (level.Parentheses > 0)
        {
            // Commands in parentheses, and not an expression.
            _isUnknown |= level.Parentheses == 1 && _at < _text.Count && Current != ')';
            return;
        }

        Pop(level.IsCommand ? TokenKind.Operator : TokenKind.Expansion);
        if (!level.IsCommand)
            return;
        Top.Grammar.Arithmetic(level.Semicolons);
        Top.Words.Clear();
    }

    private void StepHeredoc(ShellLevel level)
    {
        Heredoc body = level.Body!;
        ReadOnlySpan<char> rest = Text[_at..];
        int length = rest.IndexOf('\n');
        ReadOnlySpan<char> line = length < 0 ? rest : rest[..length];
        bool isEnd = body.IsEnd(line);
        // Shells do not agree about a last line after a backslash, or with the parenthesis that ends a substitution.
        _isUnknown |= isEnd && level.IsContinued;
        _isUnknown |= _depth > 0 && body.IsEndWithParenthesis(line);
        level.IsContinued = body.IsContinued(line);
        int start = _at;
        _at += length < 0 ? line.Length : length + 1;
        if (isEnd)
            EndHeredoc(level, body, start, line.Length);
    }

    private void EndHeredoc(ShellLevel level, Heredoc body, int start, int length)
    {
        if (!body.IsQuoted && !IsWholeBody(Text[level.Start..start]))
            _isUnknown = true;
        Add(TokenKind.HeredocBody, level.Start, start);
        Add(TokenKind.HeredocEnd, start, start + length);
        _levels.RemoveAt(_levels.Count - 1);
        _heredocs--;
        Top.Heredocs.Dequeue();
        if (Top.Heredocs.Count > 0)
            OpenHeredoc(Top);
    }

    private bool IsWholeBody(ReadOnlySpan<char> body)
    {
        bool hasExpansions = body.Contains('`')
            || body.Contains("$(", StringComparison.Ordinal)
            || body.Contains("${", StringComparison.Ordinal);
        return !hasExpansions || IsWhole(body.ToString(), LevelKind.HeredocText);
    }
}
