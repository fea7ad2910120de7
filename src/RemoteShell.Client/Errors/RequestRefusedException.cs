using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>The server refused a request and did nothing.</summary>
public sealed class RequestRefusedException : RemoteShellException
{
    internal RequestRefusedException(RefusedMessage refused)
        : base(refused.Text.Length > 0 ? refused.Text : $"the server refused the request with '{refused.Code}'")
    {
        Code = refused.Code;
        Hint = refused.Hint;
    }

    internal RequestRefusedException(string code, string message) : base(message) => Code = code;

    /// <summary>The reason: a value of <see cref="ErrorCode"/>.</summary>
    public string Code { get; }
}
