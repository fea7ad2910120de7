using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Reads what a job has written. Byte streams: those of the job that are asked for, out; each digest counts from where the stream begins on this channel.</summary>
public sealed record LogsRequest() : OpenRequest("logs")
{
    /// <summary>The job's id, or the beginning of it that no other job of the same key has.</summary>
    public required string Job { get; init; }

    /// <summary>The one stream that is wanted; absent: all of them.</summary>
    public string? Stream { get; init; }

    /// <summary>The offset of the first byte; absent: the first that is still there.</summary>
    public long? From { get; init; }

    /// <summary>How many bytes; absent: to the end.</summary>
    public long? Length { get; init; }

    /// <summary>Lines at the end of what is there, instead of <see cref="From"/>.</summary>
    public long? Tail { get; init; }

    /// <summary>Whether what comes later is wanted too, until the job ends.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Follow { get; init; }

    /// <summary>Where each stream goes on after a cut; it then counts instead of <see cref="From"/> and <see cref="Tail"/>.</summary>
    public IReadOnlyDictionary<string, StreamPosition>? Streams { get; init; }

    /// <summary>Where each stream began, after a cut: <see cref="Length"/> counts from there.</summary>
    public IReadOnlyDictionary<string, long>? Begins { get; init; }
}
