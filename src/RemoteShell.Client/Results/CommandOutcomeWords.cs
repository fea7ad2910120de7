using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Results;

/// <summary>The words for <see cref="CommandOutcome"/> on the wire.</summary>
internal static class CommandOutcomeWords
{
    public static CommandOutcome Parse(string word) => word switch
    {
        Outcome.Exited => CommandOutcome.Exited,
        Outcome.Signaled => CommandOutcome.Signaled,
        Outcome.TimedOut => CommandOutcome.TimedOut,
        Outcome.Killed => CommandOutcome.Killed,
        Outcome.KilledByPolicy => CommandOutcome.KilledByPolicy,
        Outcome.NeverStarted => CommandOutcome.NeverStarted,
        Outcome.Lost => CommandOutcome.Lost,
        _ => CommandOutcome.Unknown,
    };
}
