using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>How a job ended; each job has exactly one.</summary>
/// <param name="Kind">One of <see cref="Outcome"/>.</param>
/// <param name="Code">The exit status that a shell would show.</param>
internal sealed record JobOutcome(string Kind, int Code)
{
    private const int KilledCode = 128 + 15;
    private const int TimedOutCode = 124;
    private const int LostCode = 255;

    /// <summary>The signal's name, where one ended it.</summary>
    public string? Signal { get; init; }

    /// <summary>Why, where the kind alone does not say.</summary>
    public string? Reason { get; init; }

    /// <summary>What it used, where the system tells.</summary>
    public ResourceUse? Usage { get; init; }

    /// <summary>Streams that a process left behind still held open.</summary>
    public IReadOnlyList<string>? Held { get; init; }

    public static JobOutcome NeverStarted(int code, string reason) => new(Outcome.NeverStarted, code) { Reason = reason };

    public static JobOutcome Lost(string reason) => new(Outcome.Lost, LostCode) { Reason = reason };

    /// <summary>What a process's end means: the server's own reason to end it comes first.</summary>
    public static JobOutcome Of(ProcessExit exit, EndCause? cause) => cause switch
    {
        null when exit.Signal is null => new(Outcome.Exited, exit.Code) { Usage = exit.Usage },
        null => new(Outcome.Signaled, exit.Code) { Signal = Name(exit), Usage = exit.Usage },
        { Kind: Outcome.TimedOut } => new(Outcome.TimedOut, TimedOutCode) { Signal = Name(exit), Reason = cause.Reason, Usage = exit.Usage },
        // Whoever was ended did not succeed, even if it took TERM for a reason to exit with 0.
        _ => new(cause.Kind, exit.Code == 0 ? KilledCode : exit.Code) { Signal = Name(exit), Reason = cause.Reason, Usage = exit.Usage },
    };

    private static string? Name(ProcessExit exit) => exit.Signal is { } number ? SignalName.FromNumber(number) : null;
}

/// <summary>Why a job is ended by the server.</summary>
/// <param name="Kind">The outcome that it makes.</param>
/// <param name="Reason">For people.</param>
internal sealed record EndCause(string Kind, string Reason)
{
    public static EndCause ByOwner(string reason) => new(Outcome.Killed, reason);

    public static EndCause ByPolicy(string reason) => new(Outcome.KilledByPolicy, reason);

    public static EndCause TimeIsUp(TimeSpan time) => new(Outcome.TimedOut, $"its time of {time.TotalSeconds:0.###} s was up");
}
