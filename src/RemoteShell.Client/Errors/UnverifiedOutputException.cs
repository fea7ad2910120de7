using RemoteShell.Protocol;

namespace RemoteShell.Client;

/// <summary>The bytes that arrived are not, or may not be, all that the server sent. Do not use them.</summary>
public sealed class UnverifiedOutputException : RemoteShellException
{
    internal UnverifiedOutputException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
