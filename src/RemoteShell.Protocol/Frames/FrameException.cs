namespace RemoteShell.Protocol.Frames;

/// <summary>The bytes are not a valid frame, or a frame over the limits. Nothing after them on this stream can be trusted.</summary>
public sealed class FrameException : RemoteShellException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="code">The <see cref="ErrorCode"/> to send to the peer.</param>
    /// <param name="message">What is wrong with the frame.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public FrameException(string code, string message, Exception? inner = null) : base(message, inner) => Code = code;

    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public string Code { get; }
}
