namespace RemoteShell.Protocol.Channels;

/// <summary>A channel ended before its result arrived. The other channels of the connection continue.</summary>
public sealed class ChannelException : RemoteShellException
{
    /// <summary>Creates an exception from the reason.</summary>
    public ChannelException(CloseReason reason, Exception? inner = null) : base(reason.Text, inner)
    {
        Code = reason.Code;
        Hint = reason.Hint;
    }

    /// <summary>Creates an exception with the <see cref="ErrorCode"/> to send to the peer.</summary>
    public ChannelException(string code, string message) : this(new CloseReason(code, message))
    {
    }

    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public string Code { get; }
}
