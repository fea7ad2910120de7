using RemoteShell.Client;
using RemoteShell.Fleet.Verdicts;

namespace RemoteShell.Fleet;

/// <summary>How one host of a run ended.</summary>
public sealed record HostVerdict
{
    /// <summary>The exit status of <c>rsh-client run</c> if there is no result.</summary>
    internal const int NoResult = 255;

    /// <summary>The host, as the run names it.</summary>
    public required string Host { get; init; }

    /// <summary>How it ended.</summary>
    public required VerdictKind Kind { get; init; }

    /// <summary>The exit status that <c>rsh-client run</c> on this host alone would give.</summary>
    public int ExitStatus { get; init; }

    /// <summary>The job; null if none was asked for.</summary>
    public string? Job { get; init; }

    /// <summary>Why, for people; null if the kind says it all.</summary>
    public string? Reason { get; init; }

    /// <summary>What the user can do about it; null if nothing is known to help.</summary>
    public string? Hint { get; init; }

    /// <summary>For <see cref="VerdictKind.Refused"/>: the code of the refusal.</summary>
    public string? Code { get; init; }

    /// <summary>The signal that ended the command, without SIG; null if none did.</summary>
    public string? Signal { get; init; }

    /// <summary>When this client began with the host, by its own clock; for a skipped host, when it was skipped.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>The time that the connection took.</summary>
    public TimeSpan Connecting { get; init; }

    /// <summary>The time that the command took, by the server's clock.</summary>
    public TimeSpan Running { get; init; }

    /// <summary>Size and digest of each output stream; empty if the output is not verified.</summary>
    public IReadOnlyDictionary<OutputStream, VerifiedStream> Streams { get; init; } = new Dictionary<OutputStream, VerifiedStream>();

    /// <summary>The word for the kind: <c>ok</c>, <c>failed</c>, <c>timed-out</c>, …</summary>
    public string Word => VerdictWords.Of(Kind);

    /// <summary>The verdict for people: <c>ok</c>, <c>failed 3</c>, <c>signaled KILL</c>, <c>lost JOB</c>, …</summary>
    public string Text => Kind switch
    {
        VerdictKind.Failed => $"{Word} {ExitStatus}",
        VerdictKind.Signaled => $"{Word} {Signal}",
        VerdictKind.Refused => $"{Word} {Code}",
        VerdictKind.Lost when Job is not null => $"{Word} {Job}",
        VerdictKind.TimedOut when Job is not null && Streams.Count == 0 => $"{Word} {Job}",
        _ => Word,
    };

    /// <summary>The verdict of a host that was not begun.</summary>
    public static HostVerdict Skipped(RunTarget target, string reason)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new()
        {
            Host = target.Host,
            Kind = VerdictKind.Skipped,
            ExitStatus = NoResult,
            Reason = reason,
            Started = DateTimeOffset.UtcNow,
        };
    }

    /// <summary>The verdict of a host where an earlier client may have begun, and that was not asked again.</summary>
    public static HostVerdict NotAsked(RunTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new()
        {
            Host = target.Host,
            Kind = VerdictKind.Lost,
            ExitStatus = NoResult,
            Job = target.Job,
            Reason = "an earlier client may have begun it, and this one ended before it asked",
            Started = DateTimeOffset.UtcNow,
        };
    }

    /// <summary>The verdict of a command that ended.</summary>
    public static HostVerdict Of(RunTarget target, CommandResult result)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(result);
        return new()
        {
            Host = target.Host,
            Kind = KindOf(result),
            ExitStatus = result.ExitCode,
            Job = result.JobId,
            Reason = ReasonOf(result),
            Signal = result.Signal,
            Running = result.Duration,
            Streams = result.Streams,
        };
    }

    private static VerdictKind KindOf(CommandResult result) => result.Outcome switch
    {
        CommandOutcome.Exited => result.ExitCode == 0 ? VerdictKind.Ok : VerdictKind.Failed,
        CommandOutcome.Signaled => VerdictKind.Signaled,
        CommandOutcome.TimedOut => VerdictKind.TimedOut,
        CommandOutcome.Killed or CommandOutcome.KilledByPolicy => VerdictKind.Killed,
        CommandOutcome.NeverStarted => VerdictKind.NotStarted,
        _ => VerdictKind.Lost,
    };

    private static string? ReasonOf(CommandResult result) => result.Outcome switch
    {
        CommandOutcome.Killed => WithReason("by its owner", result),
        CommandOutcome.KilledByPolicy => WithReason("by the server", result),
        CommandOutcome.Unknown => WithReason($"the server says '{result.OutcomeName}'", result),
        _ => result.Reason,
    };

    private static string WithReason(string text, CommandResult result) => result.Reason is { } reason ? $"{text}: {reason}" : text;
}
