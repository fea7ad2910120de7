namespace RemoteShell.Server.Builtins;

/// <summary>The text is not an expression, or it divides by zero.</summary>
internal sealed class ExpressionException(string message, int position) : Exception(message)
{
    /// <summary>The position of the error in the text, counted from 1.</summary>
    public int Position { get; } = position;
}
