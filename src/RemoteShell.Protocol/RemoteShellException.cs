namespace RemoteShell.Protocol;

/// <summary>The base of all exceptions that RemoteShell defines.</summary>
public class RemoteShellException : Exception
{
    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public RemoteShellException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>What the user can do about it, as one sentence or command. Null if nothing is known to help.</summary>
    public string? Hint { get; init; }
}
