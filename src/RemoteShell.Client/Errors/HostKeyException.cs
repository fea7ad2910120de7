using RemoteShell.Protocol;

namespace RemoteShell.Client;

/// <summary>The server's key is unknown, or differs from the known one. The client sent nothing to it.</summary>
public sealed class HostKeyException : RemoteShellException
{
    internal HostKeyException(string message) : base(message)
    {
    }
}
