namespace RemoteShell.Protocol.Frames;

/// <summary>The bytes are no frame, or none within the limits; nothing after them on this stream can be trusted.</summary>
public sealed class FrameException : RemoteShellException
{
    /// <summary>Makes one with the <see cref="ErrorCode"/> that the peer is told.</summary>
    public FrameException(string code, string message, Exception? inner = null) : base(message, inner) => Code = code;

    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public string Code { get; }
}
