namespace RemoteShell.Protocol.Messages;

/// <summary>Watches a job to its end. Byte streams: those of the job, out; each digest counts from where the stream begins on this channel.</summary>
public sealed record AttachRequest() : OpenRequest("attach")
{
    /// <summary>The job's id, or the beginning of it that no other job of the same key has.</summary>
    public required string Job { get; init; }

    /// <summary>The client's terminal, to take over a job that has one: <c>stdin</c> goes in, and who had the job before is told so. Absent, or for another job: the client looks on.</summary>
    public TerminalRequest? Tty { get; init; }

    /// <summary>With <see cref="Tty"/>: as in <see cref="ExecRequest"/>.</summary>
    public string? Holder { get; init; }

    /// <summary>Where each stream begins; one that is not named begins with what is written from now on.</summary>
    public IReadOnlyDictionary<string, StreamPosition>? Streams { get; init; }
}
