namespace RemoteShell.Server.Builtins;

/// <summary>Parses an expression once, from left to right, and computes it at the same time.</summary>
/// <remarks><code>
/// sum     = product { ("+" | "-") product }
/// product = factor { ("*" | "/" | "%") factor }
/// factor  = { "+" | "-" } ( number | "(" sum ")" )
/// </code></remarks>
internal ref struct Expression
{
    // Levels of parentheses; each takes a few frames on the stack.
    private const int MaxDepth = 500;

    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private int _depth;

    private Expression(ReadOnlySpan<char> text) => _text = text;

    /// <summary>Computes the value of the text.</summary>
    /// <exception cref="ExpressionException">The text is not an expression, or it divides by zero.</exception>
    public static Number Evaluate(ReadOnlySpan<char> text)
    {
        var expression = new Expression(text);
        Number value = expression.Sum();
        if (expression.Peek() is { } extra)
            throw expression.Fault(extra == ')' ? "')' has no matching '('" : $"'{extra}' is not expected");
        return value;
    }

    private Number Sum()
    {
        Number value = Product();
        while (Peek() is '+' or '-')
            value = _text[_at++] == '+' ? value + Product() : value - Product();
        return value;
    }

    private Number Product()
    {
        Number value = Factor();
        while (Peek() is '*' or '/' or '%')
        {
            int position = _at;
            char operation = _text[_at++];
            Number right = Factor();
            if (operation != '*' && right.IsZero)
                throw new ExpressionException("division by zero", position + 1);
            value = operation switch { '*' => value * right, '/' => value / right, _ => value % right };
        }

        return value;
    }

    private Number Factor()
    {
        bool negative = false;
        while (Peek() is '+' or '-')
            negative ^= _text[_at++] == '-';
        Number value = Peek() == '(' ? Parenthesis() : Literal();
        return negative ? -value : value;
    }

    private Number Parenthesis()
    {
        int open = _at++;
        if (++_depth > MaxDepth)
            throw new ExpressionException($"parentheses nest deeper than {MaxDepth}", open + 1);
        Number value = Sum();
        if (Peek() != ')')
        {
            throw Peek() is { } other
                ? Fault($"'{other}' is not expected")
                : new ExpressionException("'(' has no matching ')'", open + 1);
        }

        _at++;
        _depth--;
        return value;
    }

    private Number Literal()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.'))
            _at++;
        ReadOnlySpan<char> literal = _text[start.._at];
        if (literal.IsEmpty)
            throw Peek() is { } other ? Fault($"a number is expected, not '{other}'") : Fault("a number is missing");
        int point = literal.IndexOf('.');
        if (literal.Length == 1 && point == 0 || literal.Count('.') > 1)
            throw new ExpressionException($"'{Shortened(literal)}' is not a number", start + 1);
        return Number.Parse(literal);
    }

    private char? Peek()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
        return _at < _text.Length ? _text[_at] : null;
    }

    // Positions count from 1.
    private readonly ExpressionException Fault(string what) => new(what, _at + 1);

    private static string Shortened(ReadOnlySpan<char> literal) => literal.Length <= 40 ? literal.ToString() : $"{literal[..40]}…";
}
