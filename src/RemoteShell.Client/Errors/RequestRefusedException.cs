using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>The server said no to a request: nothing of it happened.</summary>
public sealed class RequestRefusedException : RemoteShellException
{
    internal RequestRefusedException(RefusedMessage refused) : base(refused.Text)
    {
        Code = refused.Code;
        Hint = refused.Hint;
    }

    internal RequestRefusedException(string code, string message) : base(message) => Code = code;

    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public string Code { get; }
}
