using RemoteShell.Client.Connections;
using Message = RemoteShell.Protocol.Messages.Rm;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>rm</c>.</summary>
internal static class Rm
{
    public static Task ForgetAsync(Link link, string job, CancellationToken cancellationToken)
        => Wait.ResultAsync(link, job, () => new Message { Job = job }, cancellationToken);
}
