using RemoteShell.Client.Connections;
using Message = RemoteShell.Protocol.Messages.Kill;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>kill</c>.</summary>
internal static class Kill
{
    public static Task<CommandResult> EndAsync(Link link, string job, CancellationToken cancellationToken)
        => Wait.ResultAsync(link, job, () => new Message { Job = job }, cancellationToken);

    public static Task SignalAsync(Link link, string job, string signal, CancellationToken cancellationToken)
        => Wait.ResultAsync(link, job, () => new Message { Job = job, Signal = signal }, cancellationToken);
}
