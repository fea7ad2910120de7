namespace RemoteShell.Protocol.Channels;

/// <summary>The connection has ended.</summary>
public sealed class ConnectionException : RemoteShellException
{
    /// <summary>Creates an exception from the reason.</summary>
    public ConnectionException(CloseReason reason, Exception? inner = null) : base(reason.Text, inner)
    {
        Reason = reason;
        Hint = reason.Hint;
    }

    /// <summary>Why the connection ended.</summary>
    public CloseReason Reason { get; }
}
