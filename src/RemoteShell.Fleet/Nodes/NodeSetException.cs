using RemoteShell.Protocol;

namespace RemoteShell.Fleet;

/// <summary>A text is not a node set, or a group of it is not known. The hint says how to write it.</summary>
public sealed class NodeSetException : RemoteShellException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is wrong.</param>
    public NodeSetException(string message) : base(message)
    {
    }
}
