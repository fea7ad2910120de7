namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>The structure of a <c>[[ … ]]</c>.</summary>
internal sealed class ConditionGrammar
{
    private static readonly HashSet<string> Binary =
        ["=", "==", "!=", "=~", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-ef", "-nt", "-ot"];

    private int _parentheses;
    private Place _place;

    // The last operator before an operand.
    private string _operator = "";

    private enum Place
    {
        /// <summary>An operand or a unary operator is needed.</summary>
        Operand,

        /// <summary>A word that may be the left operand of an operator.</summary>
        AfterLeft,

        /// <summary>The operand of an operator is needed.</summary>
        Right,

        /// <summary>An expression that is whole.</summary>
        Whole,

        /// <summary>Not an expression that this class knows.</summary>
        Unknown,
    }

    /// <summary>Whether the expression is whole, so that <c>]]</c> ends it.</summary>
    public bool IsWhole => _parentheses == 0 && _place is Place.AfterLeft or Place.Whole;

    /// <summary>Whether a pattern is needed, which may have parentheses after one of <c>?*+@!</c>.</summary>
    public bool ExpectsPattern => _place == Place.Right && _operator is "=" or "==" or "!=";

    /// <summary>Whether a regular expression is needed, which may have parentheses.</summary>
    public bool ExpectsRegex => _place == Place.Right && _operator == "=~";

    /// <summary>Takes a word.</summary>
    /// <param name="plain">The word; null if it has quotes or expansions.</param>
    /// <returns>Whether the expression is still one that this class knows.</returns>
    public bool Word(string? plain)
    {
        bool isUnary = plain is ['-', >= 'A' and <= 'z'];
        if (_place is Place.Operand or Place.AfterLeft)
            _operator = plain ?? "";
        _place = _place switch
        {
            Place.Operand when plain == "!" => Place.Operand,
            Place.Operand when isUnary => Place.Right,
            Place.Operand => Place.AfterLeft,
            Place.AfterLeft when plain is not null && Binary.Contains(plain) => Place.Right,
            Place.Right when plain is null || !Binary.Contains(plain) => Place.Whole,
            _ => Place.Unknown,
        };
        return _place != Place.Unknown;
    }

    /// <summary>Takes an operator.</summary>
    /// <returns>Whether the expression is still one that this class knows.</returns>
    public bool Operator(string text)
    {
        bool isEnd = _place is Place.AfterLeft or Place.Whole;
        switch (text)
        {
            case "(" when _place == Place.Operand:
                _parentheses++;
                return true;
            case ")" when isEnd && _parentheses > 0:
                _parentheses--;
                _place = Place.Whole;
                return true;
            case "&&" or "||" when isEnd:
                _place = Place.Operand;
                return true;
            case "<" or ">" when _place == Place.AfterLeft:
                (_place, _operator) = (Place.Right, text);
                return true;
            default:
                _place = Place.Unknown;
                return false;
        }
    }
}
