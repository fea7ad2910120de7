using RemoteShell.Protocol;

namespace RemoteShell.Server.Audit;

/// <summary>The audit journal is required, and cannot be written.</summary>
internal sealed class AuditException : RemoteShellException
{
    public const string Text = "the server cannot record this in its audit journal, and does nothing without it";
    public const string Advice = "ask the server's administrator to make room on its disk";

    public AuditException() : base(Text) => Hint = Advice;
}
