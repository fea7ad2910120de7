using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>Why the server ends a job.</summary>
/// <param name="Kind">The outcome of the job: one of <see cref="Outcome"/>.</param>
/// <param name="Reason">The reason, for people.</param>
internal sealed record EndCause(string Kind, string Reason)
{
    public static EndCause ByOwner(string reason) => new(Outcome.Killed, reason);

    public static EndCause ByPolicy(string reason) => new(Outcome.KilledByPolicy, reason);

    public static EndCause TimeIsUp(TimeSpan time) => new(Outcome.TimedOut, $"it timed out after {time.TotalSeconds:0.###} s");
}
