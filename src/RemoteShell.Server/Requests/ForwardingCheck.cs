using RemoteShell.Protocol;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Authentication;

namespace RemoteShell.Server.Requests;

/// <summary>Refuses requests to forward what the client may not forward.</summary>
internal static class ForwardingCheck
{
    /// <summary>Checks a request to connect to a TCP port.</summary>
    /// <exception cref="RefusalException">It is not permitted.</exception>
    public static void Check(RequestContext context, string host, int port) => Check(PermissionOf(context).Open(host, port));

    /// <summary>Checks a <c>connect</c> or <c>listen</c> job.</summary>
    /// <exception cref="RefusalException">It is not permitted.</exception>
    public static void Check(RequestContext context, ExecRequest exec)
    {
        ForwardingPermission permission = PermissionOf(context);
        Check(exec switch
        {
            { Connect: { Host: { } host, Port: { } port } } => permission.Open(host, port),
            { Connect.Socket: { } path } => permission.OpenSocket(path),
            { Connect: not null } => permission.Accepted(),
            { Listen.Agent: true } => permission.Agent(),
            { Listen.Socket: { } path } => permission.ListenSocket(path),
            _ => permission.Listen(exec.Listen!.HostOrLocal, exec.Listen.Port ?? 0),
        });
    }

    private static ForwardingPermission PermissionOf(RequestContext context) => new(context.Client, context.Services.Options.Value);

    private static void Check(ForwardingRefusal? refusal)
    {
        if (refusal is not null)
            throw new RefusalException(ErrorCode.Forbidden, refusal.Text, refusal.Hint);
    }
}
