using RemoteShell.Protocol;

namespace RemoteShell.Keys;

/// <summary>A key cannot sign: its agent or <c>ssh-keygen</c> cannot be used, refuses, or answers nonsense.</summary>
public sealed class KeySignerException : RemoteShellException
{
    /// <summary>Creates the exception.</summary>
    public KeySignerException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
