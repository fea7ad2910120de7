namespace RemoteShell.Protocol;

/// <summary>The root of everything that RemoteShell throws on purpose: what happened, and where there is one, the cure.</summary>
public class RemoteShellException : Exception
{
    /// <summary>Makes one that says what happened.</summary>
    public RemoteShellException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>What the reader can do about it, as a sentence; null where nothing is known to help.</summary>
    public string? Hint { get; init; }
}
