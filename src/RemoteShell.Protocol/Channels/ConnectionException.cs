namespace RemoteShell.Protocol.Channels;

/// <summary>The connection has ended, for the reason given.</summary>
public sealed class ConnectionException : RemoteShellException
{
    /// <summary>Makes one from the reason.</summary>
    public ConnectionException(CloseReason reason, Exception? inner = null) : base(reason.Text, inner)
    {
        Reason = reason;
        Hint = reason.Cure;
    }

    /// <summary>Why it ended.</summary>
    public CloseReason Reason { get; }
}
