using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>Which part of a job's logs is wanted.</summary>
public sealed record LogSelection
{
    /// <summary><c>stdout</c> or <c>stderr</c>. Default: both.</summary>
    public string? Stream { get; init; }

    /// <summary>The first byte's offset. Default: the first byte that is still there.</summary>
    public long? From { get; init; }

    /// <summary>How many bytes. Default: all there are.</summary>
    public long? Length { get; init; }

    /// <summary>So many lines at the end instead. Default: no.</summary>
    public long? Tail { get; init; }

    /// <summary>Whether what comes later is wanted too, until the job ends. Default: no.</summary>
    public bool Follow { get; init; }

    internal LogsRequest ToMessage(string job) => new() { Job = job, Stream = Stream, From = From, Length = Length, Tail = Tail, Follow = Follow };
}
