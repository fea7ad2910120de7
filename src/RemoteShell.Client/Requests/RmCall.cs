using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>rm</c>.</summary>
internal static class RmCall
{
    public static Task ForgetAsync(ReconnectingConnection link, string job, CancellationToken cancellationToken)
        => WaitCall.ResultAsync(link, job, () => new RmRequest { Job = job }, cancellationToken);
}
