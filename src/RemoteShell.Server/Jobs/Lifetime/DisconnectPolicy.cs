using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>Decides what becomes of a job when its clients leave. Only decides: <see cref="JobClients"/> acts.</summary>
/// <param name="option">The job's on-disconnect option, as text: <c>kill</c>, <c>keep</c>, or <c>keep:DURATION</c>.</param>
internal sealed class DisconnectPolicy(string option)
{
    /// <summary>How long the result of a job that is over is kept at least.</summary>
    /// <remarks>A client that was cut off just before the end must still get the result.</remarks>
    public static readonly TimeSpan LeastResultTime = TimeSpan.FromSeconds(60);

    // How long the job waits for a client; null: for ever.
    private readonly TimeSpan? _time = OnDisconnect.Parse(option).Time;

    /// <summary>Why the job ends when no client has come back in time.</summary>
    public EndCause TimeIsUp => EndCause.ByPolicy($"on-disconnect {option}: no client came back in time");

    /// <summary>Decides when the controlling client has left.</summary>
    /// <param name="reason">Why its channel ended.</param>
    /// <param name="canBeTakenOver">Whether another client can take the job over.</param>
    /// <param name="leavesRunning">Whether the job runs on when the client says goodbye.</param>
    public DisconnectVerdict WhenClientLeaves(CloseReason reason, bool canBeTakenOver, bool leavesRunning)
    {
        bool isGoodbye = reason.Code == CloseReason.Goodbye;
        if ((reason.Code == ErrorCode.Detached && canBeTakenOver) || (isGoodbye && leavesRunning))
            return new(KeepsRunning: true, Cause: null);
        if (isGoodbye)
            return EndNow(EndCause.ByOwner("its client cancelled it"));
        if (IsDisconnect(reason))
            return _time == TimeSpan.Zero ? EndNow(EndCause.ByPolicy("on-disconnect kill: its client disconnected")) : default;
        // Another client has the job now, or the client asked for output that is gone: the job runs on.
        if (reason.Code is ErrorCode.TakenOver or ErrorCode.Gone)
            return default;
        return EndNow(EndCause.ByPolicy($"its channel failed: {reason.Text}"));
    }

    /// <summary>How long a job without a client waits for one; null: for ever.</summary>
    /// <param name="isKept">Whether a client left the job running on purpose.</param>
    /// <param name="isOver">Whether the job has ended, or is being ended.</param>
    public TimeSpan? TimeWithoutClient(bool isKept, bool isOver)
    {
        if (isKept)
            return null;
        return isOver && _time < LeastResultTime ? LeastResultTime : _time;
    }

    private static DisconnectVerdict EndNow(EndCause cause) => new(KeepsRunning: false, cause);

    private static bool IsDisconnect(CloseReason reason)
        => reason.IsLoss || reason.Code is ErrorCode.Idle or ErrorCode.Disconnected or ErrorCode.Detached or ErrorCode.Unauthorized;
}
