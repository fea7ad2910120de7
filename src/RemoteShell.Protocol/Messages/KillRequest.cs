namespace RemoteShell.Protocol.Messages;

/// <summary>Ends a job's process group, or sends it one signal. No byte streams.</summary>
/// <remarks>
/// Without <see cref="Signal"/> the server sends TERM, and KILL after a grace time; the result is the job's. With it, the server
/// sends only that signal.
/// </remarks>
public sealed record KillRequest() : OpenRequest("kill")
{
    /// <summary>The job's id, or a prefix that is unique among the jobs of the same key.</summary>
    public required string Job { get; init; }

    /// <summary>The signal's name without SIG.</summary>
    public string? Signal { get; init; }
}
