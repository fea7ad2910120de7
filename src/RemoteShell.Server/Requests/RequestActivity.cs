using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Logging;
using RemoteShell.Server.Presence;

namespace RemoteShell.Server.Requests;

/// <summary>Describes a request for <c>who</c> and <c>rsh-server status</c>.</summary>
internal static class RequestActivity
{
    public static Activity Of(OpenRequest request) => new(LogSanitizer.Of(Text(request)), IsWaiting(request));

    private static string Text(OpenRequest request) => request switch
    {
        ExecRequest { Tty: not null } exec => $"on a terminal: {exec.CommandText}",
        ExecRequest { Connect: { } target } => $"forwards to {target.Text}",
        ExecRequest { Listen: { } place } => $"forwards from {place.Text}",
        ExecRequest exec => $"runs: {exec.CommandText}",
        AttachRequest attach => $"attached to {attach.Job}",
        LogsRequest logs => $"reads the logs of {logs.Job}",
        WaitRequest wait => $"waits for {wait.Job}",
        ChatRequest chat => $"chats in {chat.Room}",
        GetRequest get => $"fetches {get.Path}",
        ForwardRequest forward => $"forwards to {forward.Host}:{forward.Port}",
        _ => request.Request,
    };

    private static bool IsWaiting(OpenRequest request)
        => request is ExecRequest { Tty: null }
            or AttachRequest { Tty: null }
            or LogsRequest { Follow: true }
            or WaitRequest
            or KillRequest;
}
