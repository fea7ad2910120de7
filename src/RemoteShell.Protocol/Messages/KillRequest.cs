namespace RemoteShell.Protocol.Messages;

/// <summary>Ends a job's whole process group: with TERM, and after a grace KILL; the result is the job's own. With a signal's name that signal is sent, and nothing else. No byte streams.</summary>
public sealed record KillRequest() : OpenRequest("kill")
{
    /// <summary>The job's id, or the beginning of it that no other job of the same key has.</summary>
    public required string Job { get; init; }

    /// <summary>The signal's name without SIG.</summary>
    public string? Signal { get; init; }
}
