using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Reads a job's output.</summary>
/// <remarks>Byte streams out: the requested ones of the job. Each digest starts where the stream starts on this channel.</remarks>
public sealed record LogsRequest() : OpenRequest("logs")
{
    /// <summary>The job's id, or a prefix that is unique among the jobs of the same key.</summary>
    public required string Job { get; init; }

    /// <summary>The only stream to send. Absent: all of them.</summary>
    public string? Stream { get; init; }

    /// <summary>Offset of the first byte. Absent: the first byte that is still kept.</summary>
    public long? From { get; init; }

    /// <summary>Number of bytes to send. Absent: all to the end.</summary>
    public long? Length { get; init; }

    /// <summary>Number of lines at the end to start with, instead of <see cref="From"/>.</summary>
    public long? Tail { get; init; }

    /// <summary>Whether to send output that is written later too, until the job ends.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Follow { get; init; }

    /// <summary>Where each stream continues after a reconnect. Replaces <see cref="From"/> and <see cref="Tail"/>.</summary>
    public IReadOnlyDictionary<string, StreamPosition>? Streams { get; init; }

    /// <summary>After a reconnect: where each stream first started. <see cref="Length"/> counts from there.</summary>
    [JsonPropertyName("begins")]
    public IReadOnlyDictionary<string, long>? StartOffsets { get; init; }

    internal override string? FindFault()
        => base.FindFault()
        ?? WireRange.StreamName("stream", Stream)
        ?? WireRange.Offset("from", From)
        ?? WireRange.Offset("length", Length)
        ?? WireRange.Offset("tail", Tail)
        ?? (From is not null && Tail is not null ? "'from' and 'tail' exclude each other" : null)
        ?? (Length is not null && Follow ? "'length' and 'follow' exclude each other" : null)
        ?? WireRange.Positions(Streams, "stdout", "stderr", "session")
        ?? WireRange.Offsets("begins", StartOffsets);
}
