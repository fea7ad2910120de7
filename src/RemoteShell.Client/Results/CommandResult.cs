using RemoteShell.Client.Results;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>How a command ended. The client returns one only after all output arrived and was verified.</summary>
public sealed record CommandResult
{
    /// <summary>The job's id.</summary>
    public required string JobId { get; init; }

    /// <summary>How the command ended.</summary>
    public required CommandOutcome Outcome { get; init; }

    /// <summary>The word for the outcome on the wire and in JSON: <c>exited</c>, <c>timed-out</c>, …</summary>
    /// <remarks>It can be a word that this version does not know.</remarks>
    public required string OutcomeName { get; init; }

    /// <summary>The exit status that a shell would show.</summary>
    /// <remarks>The command's own; 128+n for signal n; 124 for a timeout; 126 or 127 if it did not start; 255 if it is unknown.</remarks>
    public required int ExitCode { get; init; }

    /// <summary>The signal that ended the command, without SIG; null if no signal did.</summary>
    public string? Signal { get; init; }

    /// <summary>Why the command ended, for people; null if the outcome says it all.</summary>
    public string? Reason { get; init; }

    /// <summary>Size and digest of each output stream.</summary>
    public required IReadOnlyDictionary<OutputStream, VerifiedStream> Streams { get; init; }

    /// <summary>Time from start to end, by the server's clock.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The processor time of the command; null if the server's system does not report it.</summary>
    public ResourceUsage? Usage { get; init; }

    /// <summary>Streams that a remaining process still had open at the end. What it writes later is dropped.</summary>
    public IReadOnlyList<OutputStream> Held { get; init; } = [];

    /// <summary>For a line of a conversation: the shell's working directory after it; null: the shell has ended.</summary>
    public string? WorkingDirectory { get; init; }

    /// <exception cref="UnverifiedOutputException">The result contradicts itself.</exception>
    internal static CommandResult From(string job, ResultMessage result)
    {
        ResultMeaning.RequireConsistent(result);
        return Create(job, result);
    }

    private static CommandResult Create(string job, ResultMessage result) => new()
    {
        JobId = job,
        Outcome = CommandOutcomeWords.Parse(result.Outcome),
        OutcomeName = result.Outcome,
        ExitCode = result.Code,
        Signal = result.Signal,
        Reason = result.Reason,
        Streams = OutputStreamNames.Convert(result.Streams, total => new VerifiedStream(total.Total, total.Digest)),
        Duration = WireTime.FromMilliseconds(result.Duration),
        Usage = result.Usage is { } usage
            ? new(WireTime.FromMilliseconds(usage.User), WireTime.FromMilliseconds(usage.System))
            : null,
        WorkingDirectory = result.Cwd,
        Held = [.. (result.PipesLeftOpen ?? []).Select(OutputStreamNames.Parse).OfType<OutputStream>()],
    };
}
