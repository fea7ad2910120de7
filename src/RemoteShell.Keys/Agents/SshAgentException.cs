using RemoteShell.Protocol;

namespace RemoteShell.Keys;

/// <summary>The ssh-agent cannot be reached, refuses to sign, or answers nonsense.</summary>
public sealed class SshAgentException : RemoteShellException
{
    /// <summary>Creates the exception.</summary>
    public SshAgentException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
