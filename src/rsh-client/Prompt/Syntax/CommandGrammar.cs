namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>The structure of a list of commands: takes tokens one after the other and knows what is open.</summary>
/// <remarks>
/// It knows the forms that bash accepts. At a token that does not fit it sets <see cref="IsUnknown"/> and makes the best of the rest:
/// the text is wrong, or it is of another shell.
/// </remarks>
internal sealed class CommandGrammar
{
    // Their arguments may be assignments, with arrays.
    private static readonly HashSet<string> Declarations = ["declare", "export", "local", "readonly", "typeset"];

    // zsh takes them for reserved words, and bash for commands.
    private static readonly HashSet<string> OtherReservedWords = ["foreach", "nocorrect", "noglob", "repeat", "end"];

    private readonly Stack<Construct> _open = new();
    private CommandPosition _position = CommandPosition.Start;
    private string? _name;
    private bool _isOnlyName;

    /// <summary>Whether a redirection operator waits for its target.</summary>
    public bool NeedsTarget { get; private set; }

    /// <summary>Whether a token did not fit.</summary>
    public bool IsUnknown { get; private set; }

    /// <summary>Whether nothing is open but the list of commands itself.</summary>
    public bool IsOutermost => _open.Count == 0;

    /// <summary>Whether the next word is the name of a command or a reserved word.</summary>
    public bool ExpectsCommand
        => !NeedsTarget && HasCommands
            && _position is not (CommandPosition.InCommand or CommandPosition.AfterCompound or CommandPosition.AfterRedirection);

    /// <summary>Whether the next word may be an assignment.</summary>
    public bool ExpectsAssignment => ExpectsCommand || (IsDeclaration && _position == CommandPosition.InCommand);

    /// <summary>Whether the arguments of this command may be assignments.</summary>
    public bool IsDeclaration => _name is not null && Declarations.Contains(_name);

    /// <summary>Whether the values of an array are being read.</summary>
    public bool IsInArray => Top?.Kind == ConstructKind.Array;

    /// <summary>Whether a <c>[[ … ]]</c> is open.</summary>
    public bool IsInCondition => Top?.Kind == ConstructKind.Condition;

    /// <summary>Whether a <c>[[ … ]]</c> needs a pattern, which may have parentheses after one of <c>?*+@!</c>.</summary>
    public bool ExpectsPattern => Top is { Kind: ConstructKind.Condition, Expression.ExpectsPattern: true };

    /// <summary>Whether a <c>[[ … ]]</c> needs a regular expression, which may have parentheses.</summary>
    public bool ExpectsRegex => Top is { Kind: ConstructKind.Condition, Expression.ExpectsRegex: true };

    /// <summary>Whether <c>((</c> starts an arithmetic command here.</summary>
    public bool ExpectsArithmetic => !NeedsTarget && (ExpectsCompound || Top is { Kind: ConstructKind.For, Stage: ConstructStage.Name });

    private Construct? Top => _open.Count == 0 ? null : _open.Peek();

    // Whether the innermost construct consists of commands at this stage.
    private bool HasCommands => Top is null or { HasCommands: true };

    private bool ExpectsCompound
        => (ExpectsCommand && _position != CommandPosition.BeforeName)
            || Top is { Kind: ConstructKind.Function, Stage: ConstructStage.BeforeBody };

    // A list that is not empty, and whose last command may end here.
    private bool IsListWhole
        => !NeedsTarget && _position is CommandPosition.Separated or CommandPosition.AfterCompound;

    private bool IsCommandWhole
        => !NeedsTarget && _position is CommandPosition.InCommand or CommandPosition.BeforeName or CommandPosition.AfterCompound
            or CommandPosition.AfterRedirection;

    /// <summary>Whether the text is whole if it ends here.</summary>
    public SyntaxVerdict Verdict()
    {
        if (IsUnknown || NeedsTarget || _position == CommandPosition.AfterBang)
            return SyntaxVerdict.Unknown;
        foreach (Construct construct in _open)
        {
            bool isOdd = construct.Kind is ConstructKind.Condition
                || construct.Stage is ConstructStage.Name or ConstructStage.NextPattern or ConstructStage.AfterPattern
                    or ConstructStage.Parenthesis
                || construct is { Kind: ConstructKind.Function, Stage: ConstructStage.AfterName };
            if (isOdd)
                return SyntaxVerdict.Unknown;
        }

        bool isOpen = _open.Count > 0 || _position is CommandPosition.AfterOperator or CommandPosition.AfterPipe;
        return isOpen ? SyntaxVerdict.Incomplete : SyntaxVerdict.Complete;
    }

    /// <summary>Takes a word, and returns what it is.</summary>
    /// <param name="plain">The word; null if it has quotes or expansions.</param>
    /// <param name="isAssignment">Whether it has the form of an assignment.</param>
    public TokenKind Word(string? plain, bool isAssignment)
    {
        if (NeedsTarget)
        {
            NeedsTarget = false;
            return TokenKind.Target;
        }

        if (Top is { } top && !ExpectsCommand && InConstruct(top, plain) is { } kind)
            return kind;
        switch (_position)
        {
            case CommandPosition.AfterCompound when plain is not null && Close(plain):
                return TokenKind.ReservedWord;
            case CommandPosition.AfterCompound or CommandPosition.AfterRedirection:
                return Unfit();
            case CommandPosition.InCommand:
                _isOnlyName = false;
                // In zsh it may end braces that are open.
                IsUnknown |= plain == "}" && _open.Count > 0;
                return TokenKind.Word;
            case CommandPosition.BeforeName:
                break;
            default:
                if (plain is not null && Reserved(plain))
                    return TokenKind.ReservedWord;
                break;
        }

        if (isAssignment)
        {
            _position = CommandPosition.BeforeName;
            _name = null;
            return TokenKind.Assignment;
        }

        // After assignments or redirections the word before a parenthesis is not the name of a function.
        _isOnlyName = _position != CommandPosition.BeforeName && _position != CommandPosition.AfterTime;
        _position = CommandPosition.InCommand;
        _name = plain;
        IsUnknown |= plain is not null && OtherReservedWords.Contains(plain);
        return TokenKind.Command;
    }

    /// <summary>Takes a redirection operator.</summary>
    public void Redirection()
    {
        if (NeedsTarget || !HasCommands)
            Unfit();
        NeedsTarget = true;
        _isOnlyName = false;
        _position = _position switch
        {
            CommandPosition.InCommand => CommandPosition.InCommand,
            CommandPosition.AfterCompound or CommandPosition.AfterRedirection => CommandPosition.AfterRedirection,
            _ => CommandPosition.BeforeName,
        };
    }

    /// <summary>Takes the end of a line.</summary>
    public void Newline()
    {
        if (NeedsTarget || _position == CommandPosition.AfterBang)
            Unfit();
        NeedsTarget = false;
        if (Top is { } top && NewlineIn(top))
            return;
        if (IsCommandWhole || _position == CommandPosition.AfterTime)
            _position = CommandPosition.Separated;
    }

    /// <summary>Takes a control operator or an opening parenthesis.</summary>
    public void Operator(string text)
    {
        if (NeedsTarget)
            Unfit();
        NeedsTarget = false;
        if (Top is { Expression: { } expression })
        {
            IsUnknown |= !expression.Operator(text);
            return;
        }

        switch (text)
        {
            case "(":
                OpenParenthesis();
                break;
            case ";" or "&":
                Separator(text);
                break;
            case ";;" or ";&" or ";;&":
                NextCase();
                break;
            case "|" when Top is { Kind: ConstructKind.Case, Stage: ConstructStage.AfterPattern } pattern:
                pattern.Stage = ConstructStage.NextPattern;
                break;
            case "&&" or "||" or "|" or "|&":
                if (!IsCommandWhole || !HasCommands)
                    Unfit();
                _position = text[0] == '|' && text != "||" ? CommandPosition.AfterPipe : CommandPosition.AfterOperator;
                break;
            default:
                Unfit();
                break;
        }
    }

    /// <summary>Takes the opening parenthesis of an array's values, directly after the assignment.</summary>
    public void OpenArray() => _open.Push(new(ConstructKind.Array, ConstructStage.Words) { After = _position });

    /// <summary>Takes a closing parenthesis.</summary>
    /// <returns>Whether it ends the whole list, as that of a command substitution does.</returns>
    public bool CloseParenthesis()
    {
        if (NeedsTarget)
            Unfit();
        NeedsTarget = false;
        switch (Top)
        {
            case null:
                if (!IsCommandWhole && _position is not (CommandPosition.Start or CommandPosition.Separated or CommandPosition.AfterTime))
                    Unfit();
                return true;
            case { Kind: ConstructKind.Condition, Expression: { } expression }:
                IsUnknown |= !expression.Operator(")");
                return false;
            case { Kind: ConstructKind.Subshell }:
                if (!IsCommandWhole && _position is not (CommandPosition.Separated or CommandPosition.AfterTime))
                    Unfit();
                PopCompound();
                return false;
            case { Kind: ConstructKind.Array } array:
                _open.Pop();
                _position = array.After;
                return false;
            case { Kind: ConstructKind.Function, Stage: ConstructStage.Parenthesis } function:
                function.Stage = ConstructStage.BeforeBody;
                return false;
            case { Kind: ConstructKind.Case, Stage: ConstructStage.AfterPattern } pattern:
                pattern.Stage = ConstructStage.Body;
                _position = CommandPosition.Start;
                return false;
            default:
                Unfit();
                return false;
        }
    }

    /// <summary>Takes a whole <c>((…))</c>.</summary>
    /// <param name="semicolons">The number of its semicolons.</param>
    public void Arithmetic(int semicolons)
    {
        if (Top is { Kind: ConstructKind.For, Stage: ConstructStage.Name } loop)
        {
            IsUnknown |= semicolons != 2;
            loop.Stage = ConstructStage.In;
            return;
        }

        if (Top is { Kind: ConstructKind.Function })
            _open.Pop();
        _position = CommandPosition.AfterCompound;
    }

    // A word in a construct where it is not part of a command; null if it is part of one.
    private TokenKind? InConstruct(Construct top, string? plain)
    {
        switch (top.Kind, top.Stage)
        {
            case (ConstructKind.Condition, _):
                if (plain == "]]" && top.Expression!.IsWhole)
                {
                    PopCompound();
                    return TokenKind.ReservedWord;
                }

                IsUnknown |= !top.Expression!.Word(plain);
                return TokenKind.Word;
            case (ConstructKind.Array or ConstructKind.For, ConstructStage.Words):
                return TokenKind.Word;
            case (ConstructKind.For, ConstructStage.Name):
                top.Stage = ConstructStage.AfterName;
                return IsName(plain) ? TokenKind.Word : Unfit();
            case (ConstructKind.For, ConstructStage.AfterName) when plain == "in":
                top.Stage = ConstructStage.Words;
                return TokenKind.ReservedWord;
            case (ConstructKind.For, ConstructStage.AfterName or ConstructStage.BeforeBody or ConstructStage.In) when plain == "do":
                (top.Stage, _position) = (ConstructStage.Body, CommandPosition.Start);
                return TokenKind.ReservedWord;
            case (ConstructKind.For, ConstructStage.AfterName or ConstructStage.BeforeBody or ConstructStage.In) when plain == "{":
                // Not all shells know this form.
                IsUnknown = true;
                _open.Pop();
                Open(ConstructKind.Braces, ConstructStage.Body);
                return TokenKind.ReservedWord;
            case (ConstructKind.Function, ConstructStage.AfterName or ConstructStage.BeforeBody) when plain == "{":
                _open.Pop();
                Open(ConstructKind.Braces, ConstructStage.Body);
                return TokenKind.ReservedWord;
            case (ConstructKind.Function, ConstructStage.AfterName or ConstructStage.BeforeBody) when IsCompound(plain):
                _open.Pop();
                OpenReserved(plain!);
                return TokenKind.ReservedWord;
            case (ConstructKind.Function, ConstructStage.Name):
                top.Stage = ConstructStage.AfterName;
                return IsName(plain) ? TokenKind.Word : Unfit();
            case (ConstructKind.Case, ConstructStage.Name):
                top.Stage = ConstructStage.In;
                return TokenKind.Word;
            case (ConstructKind.Case, ConstructStage.In) when plain == "in":
                top.Stage = ConstructStage.Pattern;
                return TokenKind.ReservedWord;
            case (ConstructKind.Case, ConstructStage.Pattern) when plain == "esac":
                PopCompound();
                return TokenKind.ReservedWord;
            case (ConstructKind.Case, ConstructStage.Pattern or ConstructStage.NextPattern):
                // Shells do not agree about this word after a parenthesis or a bar.
                IsUnknown |= plain == "esac";
                top.Stage = ConstructStage.AfterPattern;
                return TokenKind.Word;
            case var _ when top.HasCommands:
                return null;
            default:
                return Unfit();
        }
    }

    private bool NewlineIn(Construct top)
    {
        switch (top.Kind, top.Stage)
        {
            case (ConstructKind.For, ConstructStage.Words or ConstructStage.In):
                top.Stage = ConstructStage.BeforeBody;
                return true;
            case (ConstructKind.Condition, _):
            case (_, ConstructStage.Name or ConstructStage.NextPattern or ConstructStage.AfterPattern or ConstructStage.Parenthesis):
                Unfit();
                return true;
            case var _ when top.HasCommands:
                return false;
            default:
                return true;
        }
    }

    private void OpenParenthesis()
    {
        if (Top is { Kind: ConstructKind.Case, Stage: ConstructStage.Pattern } pattern)
        {
            pattern.Stage = ConstructStage.NextPattern;
        }
        else if (Top is { Kind: ConstructKind.Function, Stage: ConstructStage.AfterName } function)
        {
            function.Stage = ConstructStage.Parenthesis;
        }
        else if (ExpectsCompound)
        {
            if (Top is { Kind: ConstructKind.Function })
                _open.Pop();
            Open(ConstructKind.Subshell, ConstructStage.Body);
        }
        else if (_position == CommandPosition.InCommand && _isOnlyName && IsName(_name) && Top is not { Stage: ConstructStage.Words })
        {
            _open.Push(new(ConstructKind.Function, ConstructStage.Parenthesis));
        }
        else
        {
            Unfit();
            Open(ConstructKind.Subshell, ConstructStage.Body);
        }
    }

    private void Separator(string text)
    {
        switch (Top)
        {
            case { Kind: ConstructKind.For, Stage: ConstructStage.AfterName or ConstructStage.Words or ConstructStage.In } loop
                when text == ";":
                loop.Stage = ConstructStage.BeforeBody;
                return;
            case { HasCommands: false }:
                Unfit();
                return;
        }

        if (!IsCommandWhole && !(_position == CommandPosition.AfterTime && text == ";"))
            Unfit();
        _position = CommandPosition.Separated;
    }

    private void NextCase()
    {
        if (Top is not { Kind: ConstructKind.Case, Stage: ConstructStage.Body } current)
        {
            Unfit();
            _position = CommandPosition.Separated;
            return;
        }

        if (!IsCommandWhole && _position is not (CommandPosition.Start or CommandPosition.Separated or CommandPosition.AfterTime))
            Unfit();
        current.Stage = ConstructStage.Pattern;
    }

    // A reserved word in command position.
    private bool Reserved(string word)
    {
        if (_position == CommandPosition.AfterTime && word.StartsWith('-'))
        {
            // Shells do not agree about what may follow an option.
            IsUnknown = true;
            return true;
        }

        switch (word)
        {
            case "!" or "time":
                IsUnknown |= _position is CommandPosition.AfterPipe or CommandPosition.AfterBang or CommandPosition.AfterTime;
                _position = word == "!" ? CommandPosition.AfterBang : CommandPosition.AfterTime;
                return true;
            case "in" or "]]" or "coproc":
                Unfit();
                return true;
            case "function":
                _open.Push(new(ConstructKind.Function, ConstructStage.Name));
                return true;
            case "then" or "elif" or "else" or "fi" or "do" or "done" or "esac" or "}":
                if (!Close(word))
                    Unfit();
                return true;
        }

        if (!IsCompound(word))
            return false;
        // A brace that follows a condition is the body of a short form in zsh.
        bool isShort = word == "{" && Top is { Stage: ConstructStage.Condition } && _position == CommandPosition.Separated;
        IsUnknown |= isShort;
        OpenReserved(word);
        return true;
    }

    private static bool IsCompound(string? word)
        => word is "{" or "if" or "while" or "until" or "for" or "select" or "case" or "[[";

    private void OpenReserved(string word)
    {
        switch (word)
        {
            case "{":
                Open(ConstructKind.Braces, ConstructStage.Body);
                break;
            case "if":
                Open(ConstructKind.If, ConstructStage.Condition);
                break;
            case "while" or "until":
                Open(ConstructKind.While, ConstructStage.Condition);
                break;
            case "for" or "select":
                Open(ConstructKind.For, ConstructStage.Name);
                break;
            case "case":
                Open(ConstructKind.Case, ConstructStage.Name);
                break;
            default:
                _open.Push(new(ConstructKind.Condition, ConstructStage.Words) { Expression = new() });
                _position = CommandPosition.Start;
                break;
        }
    }

    private void Open(ConstructKind kind, ConstructStage stage)
    {
        _open.Push(new(kind, stage));
        _position = CommandPosition.Start;
    }

    // A reserved word that ends a list; false if it does not fit.
    private bool Close(string word)
    {
        if (Top is not { } top)
            return false;
        bool isEmptyCase = top is { Kind: ConstructKind.Case, Stage: ConstructStage.Body } && _position == CommandPosition.Start;
        if (!IsListWhole && !isEmptyCase)
            return false;
        switch (word, top.Kind, top.Stage)
        {
            case ("then", ConstructKind.If, ConstructStage.Condition):
            case ("do", ConstructKind.While, ConstructStage.Condition):
                (top.Stage, _position) = (ConstructStage.Body, CommandPosition.Start);
                return true;
            case ("elif", ConstructKind.If, ConstructStage.Body):
                (top.Stage, _position) = (ConstructStage.Condition, CommandPosition.Start);
                return true;
            case ("else", ConstructKind.If, ConstructStage.Body):
                (top.Stage, _position) = (ConstructStage.Else, CommandPosition.Start);
                return true;
            case ("fi", ConstructKind.If, ConstructStage.Body or ConstructStage.Else):
            case ("done", ConstructKind.While or ConstructKind.For, ConstructStage.Body):
            case ("esac", ConstructKind.Case, ConstructStage.Body):
            case ("}", ConstructKind.Braces, _):
                PopCompound();
                return true;
            default:
                return false;
        }
    }

    private void PopCompound()
    {
        _open.Pop();
        _position = CommandPosition.AfterCompound;
    }

    // The word of a function or a loop, in a form that every shell accepts.
    private static bool IsName(string? word)
        => word is [(>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_', ..] && word.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private TokenKind Unfit()
    {
        IsUnknown = true;
        return TokenKind.Word;
    }
}
