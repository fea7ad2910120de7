using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Audit;
using RemoteShell.Server.Authentication.Permissions;

namespace RemoteShell.Server.Requests;

/// <summary>Describes requests in the audit journal.</summary>
internal static class RequestAudit
{
    /// <summary>Adds what the request asks for, and which job it is about.</summary>
    public static AuditLine With(this AuditLine line, OpenRequest open) => open switch
    {
        ExecRequest exec => line.WithJobStart(exec),
        AttachRequest attach => line with { Verb = "attach", Job = attach.Job },
        LogsRequest logs => line with { Verb = "logs", Job = logs.Job },
        WaitRequest wait => line with { Verb = "wait", Job = wait.Job },
        KillRequest kill => line with { Verb = "kill", Job = kill.Job, Signal = kill.Signal },
        RmRequest rm => line with { Verb = "rm", Job = rm.Job },
        GetRequest get => (line with { Verb = "get" }).WithWhat(get.Path),
        ForwardRequest forward => (line with { Verb = "open" }).WithWhat($"{forward.Host}:{forward.Port}"),
        ChatRequest chat => (line with { Verb = "chat" }).WithWhat(chat.Room),
        NotifyRequest notify => (line with { Verb = "notify" }).WithWhat(notify.Text),
        CompleteRequest complete => (line with { Verb = "complete" }).WithWhat(complete.Text),
        _ => line with { Verb = open.Request },
    };

    private static AuditLine WithJobStart(this AuditLine line, ExecRequest exec)
        => (line with { Verb = AskedRequests.VerbOf(exec), Job = exec.Job }).WithWhat(exec.CommandText);
}
