using RemoteShell.Protocol;

namespace RemoteShell.Server.Requests;

/// <summary>Ends the handling of a request: <see cref="RequestRouter"/> answers the client with <c>refused</c>.</summary>
internal sealed class RefusalException : RemoteShellException
{
    /// <param name="code">One of <see cref="ErrorCode"/>.</param>
    /// <param name="message">What is wrong, for people.</param>
    /// <param name="hint">What to do about it; null if nothing helps.</param>
    public RefusalException(string code, string message, string? hint = null) : base(message)
    {
        Code = code;
        Hint = hint;
    }

    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public string Code { get; }
}
