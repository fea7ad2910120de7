using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Sends a signal to the job's process group.</summary>
public sealed record SignalMessage() : Message("signal")
{
    /// <summary>The name without SIG: <c>INT</c>, <c>TERM</c>, <c>KILL</c>, <c>HUP</c>, <c>QUIT</c>, …</summary>
    public required string Name { get; init; }
}

/// <summary>The last frame of a channel that was opened: the outcome, and the total and digest of each output stream.</summary>
public sealed record ResultMessage() : Message("result")
{
    /// <summary>One of <see cref="Messages.Outcome"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The exit status, as a shell shows it.</summary>
    /// <remarks>
    /// 0 to 255, and only 0 if the outcome is <see cref="Messages.Outcome.Exited"/>.
    /// The command's own status, 128+n for signal n, 124 for a timeout, 126 or 127 if nothing was started, 255 if it is unknown.
    /// </remarks>
    [JsonRequired]
    public int Code { get; init; }

    /// <summary>The signal that ended the command, without SIG.</summary>
    public string? Signal { get; init; }

    /// <summary>The reason, for people, if the outcome alone does not say it.</summary>
    public string? Reason { get; init; }

    /// <summary>Total and digest of every output stream, including empty ones.</summary>
    public IReadOnlyDictionary<string, StreamTotal> Streams { get; set; } = new Dictionary<string, StreamTotal>();

    /// <summary>Time from start to end, in ms.</summary>
    public double Duration { get; init; }

    /// <summary>The processor time that the command used, if the system reports it.</summary>
    public ResourceUse? Usage { get; init; }

    /// <summary>Output streams whose pipes a leftover process still holds open. What it writes from now on is lost.</summary>
    [JsonPropertyName("held")]
    public IReadOnlyList<string>? PipesLeftOpen { get; init; }

    /// <summary>For a line of a conversation: the shell's working directory after it. Absent: the shell has ended.</summary>
    public string? Cwd { get; init; }

    /// <summary>Why a <c>connect</c> or <c>listen</c> never started: one of <see cref="ForwardFault"/>, or another word.</summary>
    public string? Fault { get; init; }

    internal override string? FindFault()
        => Messages.Outcome.FindFault(Outcome, Code)
        ?? WireRange.Word("fault", Fault)
        ?? WireRange.Word("signal", Signal)
        ?? WireRange.Totals(Streams)
        ?? WireRange.Duration("duration", Duration)
        ?? WireRange.Usage(Usage)
        ?? WireRange.Texts("held", PipesLeftOpen);

    internal override Message Shorten(int characters) => this with { Reason = Reason is null ? null : Cut(Reason, characters) };
}

/// <summary>Total and digest of a byte stream.</summary>
/// <param name="Total">Number of bytes from the stream's beginning.</param>
/// <param name="Digest">Digest of these bytes: <c>crc32c:</c> or <c>sha256:</c>, and lower-case hex digits.</param>
public sealed record StreamTotal(long Total, string Digest);

/// <summary>Processor time of a command.</summary>
/// <param name="User">Time in user mode, in ms.</param>
/// <param name="System">Time in the kernel, in ms.</param>
public sealed record ResourceUse(double User, double System);

/// <summary>How a command ended. Each command has exactly one outcome.</summary>
public static class Outcome
{
    /// <summary>The command ended by itself, with an exit status.</summary>
    public const string Exited = "exited";

    /// <summary>A signal ended the command, and the server did not send it on its own account.</summary>
    public const string Signaled = "signaled";

    /// <summary>The server ended the command because of its timeout.</summary>
    public const string TimedOut = "timed-out";

    /// <summary>The command's owner ended it.</summary>
    public const string Killed = "killed";

    /// <summary>The server ended the command because of the policy in the reason.</summary>
    public const string KilledByPolicy = "killed-by-policy";

    /// <summary>The command did not start. The reason says why.</summary>
    public const string NeverStarted = "never-started";

    /// <summary>The outcome is unknown. The reason says why.</summary>
    public const string Lost = "lost";

    /// <summary>Returns what is wrong with an outcome and its exit status. An outcome that is not known is never a success.</summary>
    internal static string? FindFault(string outcome, long code) => outcome switch
    {
        Exited => WireRange.Between("code", code, 0, 255),
        Signaled => WireRange.Between("code", code, 129, 255),
        TimedOut => WireRange.Between("code", code, 124, 124),
        Killed or KilledByPolicy => WireRange.Between("code", code, 1, 255),
        NeverStarted => WireRange.Between("code", code, 126, 127),
        Lost => WireRange.Between("code", code, 255, 255),
        _ => $"'outcome' must be one of the outcomes of this version, and not '{outcome}'",
    };
}
