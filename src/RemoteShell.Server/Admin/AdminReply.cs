namespace RemoteShell.Server.Admin;

/// <summary>The answer to an <see cref="AdminRequest"/>: a line of JSON.</summary>
public sealed record AdminReply
{
    /// <summary>Why the server refused the request; null if it did not.</summary>
    public string? Fault { get; init; }

    /// <summary>What to do about the fault; null if nothing helps.</summary>
    public string? Cure { get; init; }

    /// <summary>The answer to <c>status</c>; null for other requests.</summary>
    public ServerStatus? Status { get; init; }

    /// <summary>The answer to <c>jobs</c>, the oldest first; to <c>kill</c>, the job. Null for other requests.</summary>
    public IReadOnlyList<ListedJob>? Jobs { get; init; }

    /// <summary>How many jobs the answer to <c>jobs</c> leaves out: those that began first.</summary>
    public int OmittedJobs { get; init; }
}
