namespace RemoteShell.Protocol.Messages;

/// <summary>Sends a signal to the job's process group.</summary>
public sealed record SignalMessage() : Message("signal")
{
    /// <summary>The name without SIG: <c>INT</c>, <c>TERM</c>, <c>KILL</c>, <c>HUP</c>, <c>QUIT</c>, …</summary>
    public required string Name { get; init; }
}

/// <summary>The last frame of a channel that was opened: the one outcome, and what each output stream came to.</summary>
public sealed record ResultMessage() : Message("result")
{
    /// <summary>One of <see cref="Messages.Outcome"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The exit status that a shell would show: the command's own, 128+n for signal n, 124 for a timeout, 126 or 127 where nothing was started, 255 where nobody knows.</summary>
    public int Code { get; init; }

    /// <summary>The signal that ended it, without SIG.</summary>
    public string? Signal { get; init; }

    /// <summary>Why, for people, where the outcome alone does not say.</summary>
    public string? Reason { get; init; }

    /// <summary>Total and digest of every output stream, also of those that carried nothing.</summary>
    public IReadOnlyDictionary<string, StreamTotal> Streams { get; set; } = new Dictionary<string, StreamTotal>();

    /// <summary>From start to end, in milliseconds.</summary>
    public double Duration { get; init; }

    /// <summary>What the command used, where the system tells.</summary>
    public ResourceUse? Usage { get; init; }

    /// <summary>Output streams that a process left behind still held open; what it writes from now on goes nowhere.</summary>
    public IReadOnlyList<string>? Held { get; init; }
}

/// <summary>What a byte stream came to.</summary>
/// <param name="Total">Bytes from its beginning.</param>
/// <param name="Digest">Of all of them: <c>crc32c:</c> or <c>sha256:</c>, and lower-case hex.</param>
public sealed record StreamTotal(long Total, string Digest);

/// <summary>What a command used.</summary>
/// <param name="User">Processor time of its own, in milliseconds.</param>
/// <param name="System">Processor time of the system for it, in milliseconds.</param>
public sealed record ResourceUse(double User, double System);

/// <summary>The words for how a command ended; each command has exactly one.</summary>
public static class Outcome
{
    /// <summary>It ended by itself, with an exit status.</summary>
    public const string Exited = "exited";

    /// <summary>A signal ended it that this server did not send on its own account.</summary>
    public const string Signaled = "signaled";

    /// <summary>Its time was up, and the server ended it.</summary>
    public const string TimedOut = "timed-out";

    /// <summary>Its owner had it ended.</summary>
    public const string Killed = "killed";

    /// <summary>The server ended it, by the policy that the reason names.</summary>
    public const string KilledByPolicy = "killed-by-policy";

    /// <summary>It never ran, for the reason given.</summary>
    public const string NeverStarted = "never-started";

    /// <summary>Nobody knows how it ended, for the reason given.</summary>
    public const string Lost = "lost";
}
