using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>How a command ended. Whoever holds one has all of the command's output, verified.</summary>
public sealed record CommandResult
{
    /// <summary>The job's id.</summary>
    public required string JobId { get; init; }

    /// <summary>One of <see cref="Protocol.Messages.Outcome"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The exit status that a shell would show: the command's own, 128+n for signal n, 124 for a timeout, 126 or 127 where nothing was started, 255 where nobody knows.</summary>
    public required int ExitCode { get; init; }

    /// <summary>The signal that ended it, without SIG; null where none did.</summary>
    public string? Signal { get; init; }

    /// <summary>Why it ended, in words, where the outcome alone does not say.</summary>
    public string? Reason { get; init; }

    /// <summary>Total and digest of each output stream.</summary>
    public required IReadOnlyDictionary<string, StreamTotal> Streams { get; init; }

    /// <summary>From start to end, at the server.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What the command used; null where the server's system does not tell.</summary>
    public ResourceUse? Usage { get; init; }

    /// <summary>Streams that a process left behind still held open; what it writes later went nowhere.</summary>
    public IReadOnlyList<string> Held { get; init; } = [];

    /// <summary>What a prompt's line left behind; null for other commands, and where the line changed nothing.</summary>
    public ShellState? Session { get; init; }

    internal static CommandResult From(string job, ResultMessage result) => new()
    {
        JobId = job,
        Outcome = result.Outcome,
        ExitCode = result.Code,
        Signal = result.Signal,
        Reason = result.Reason,
        Streams = result.Streams,
        Duration = TimeSpan.FromMilliseconds(result.Duration),
        Usage = result.Usage,
        Held = result.PipesLeftOpen ?? [],
    };
}
