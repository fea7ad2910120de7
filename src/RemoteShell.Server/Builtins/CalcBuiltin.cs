namespace RemoteShell.Server.Builtins;

/// <summary>Computes an expression exactly: integers of any length, decimals, <c>+ - * / %</c>, signs and parentheses.</summary>
internal static class CalcBuiltin
{
    // Characters. Parsing takes one pass; arithmetic on n digits takes up to n squared steps. At this length the worst case takes well
    // under a second.
    private const int MaxLength = 65_536;

    public static Builtin Builtin { get; } = new("calc", "computes an expression: calc '(1 + 2) * 3.5'", """
        calc EXPRESSION
          Computes exactly: integers of any length, decimals, + - * / %, signs and parentheses.
          A division that does not end is rounded to 20 decimals.
          An error is reported with its position, and the exit status is 2.
        """, Run)
    {
        IsRepeatable = true,
    };

    private static BuiltinResult Run(BuiltinCall call)
    {
        string expression = string.Join(' ', call.Arguments);
        if (expression.Length > MaxLength)
            return new(2, "", $"calc: the expression has {expression.Length} characters; at most {MaxLength} are allowed\n");
        try
        {
            return new(0, $"{Expression.Evaluate(expression)}\n");
        }
        catch (ExpressionException e)
        {
            return new(2, "", $"calc: {e.Message} at position {e.Position}\n");
        }
    }
}
