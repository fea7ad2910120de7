namespace RemoteShell.Server.Builtins;

/// <summary>The text is no expression, or has no value.</summary>
internal sealed class ExpressionException(string message, int position) : Exception(message)
{
    /// <summary>Where, counted from 1.</summary>
    public int Position { get; } = position;
}
