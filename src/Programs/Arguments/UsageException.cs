namespace RemoteShell.Cli.Arguments;

/// <summary>The command line is wrong.</summary>
/// <param name="message">What is wrong, with the word in question.</param>
/// <param name="hint">A line that helps: a command that can be typed, or the usage line.</param>
internal sealed class UsageException(string message, string hint) : FormatException(message)
{
    /// <summary>A line that helps.</summary>
    public string Hint => hint;
}
