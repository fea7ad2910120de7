namespace RemoteShell.Protocol.Channels;

/// <summary>One channel has ended before its result came; its neighbours go on.</summary>
public sealed class ChannelException : RemoteShellException
{
    /// <summary>Makes one from the reason.</summary>
    public ChannelException(CloseReason reason, Exception? inner = null) : base(reason.Text, inner)
    {
        Code = reason.Code;
        Hint = reason.Cure;
    }

    /// <summary>Makes one with the <see cref="ErrorCode"/> that the peer is told.</summary>
    public ChannelException(string code, string message) : this(new CloseReason(code, message))
    {
    }

    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public string Code { get; }
}
