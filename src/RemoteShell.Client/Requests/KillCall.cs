using RemoteShell.Client.Connections;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Requests;

/// <summary>The client's half of <c>kill</c>.</summary>
internal static class KillCall
{
    public static Task<CommandResult> EndAsync(ReconnectingConnection link, string job, CancellationToken cancellationToken)
        => WaitCall.ResultAsync(link, job, id => new KillRequest { Job = id }, cancellationToken);

    public static Task SignalAsync(ReconnectingConnection link, string job, string signal, CancellationToken cancellationToken)
        => WaitCall.DoneAsync(link, job, id => new KillRequest { Job = id, Signal = signal }, cancellationToken);
}
