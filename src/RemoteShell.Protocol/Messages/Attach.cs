namespace RemoteShell.Protocol.Messages;

/// <summary>Watches a job to its end. Byte streams: those of the job, out; each digest counts from where the stream begins on this channel.</summary>
public sealed record Attach() : Open("attach")
{
    /// <summary>The job's id, or the beginning of it that no other job of the same key has.</summary>
    public required string Job { get; init; }

    /// <summary>Where each stream begins; one that is not named begins with what is written from now on.</summary>
    public IReadOnlyDictionary<string, StreamPosition>? Streams { get; init; }
}
