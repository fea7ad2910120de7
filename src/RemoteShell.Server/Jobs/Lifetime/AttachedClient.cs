using RemoteShell.Protocol.Channels;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>The controlling client of a job, while it is attached.</summary>
internal sealed class AttachedClient(Channel channel)
{
    public Channel Channel => channel;

    /// <summary>Identifies the client's request across reconnects, for a job that another client can take over; null: it cannot.</summary>
    public string? ClientToken { get; init; }

    /// <summary>Whether the job runs on when the client says goodbye.</summary>
    public bool LeavesRunning { get; init; }

    /// <summary>Whether the client needs nothing more: the result was sent, or its request was refused.</summary>
    public bool IsDone { get; set; }

    /// <summary>Completes when the client has left the channel.</summary>
    public TaskCompletionSource Gone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
