using RemoteShell.Client.Results;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client;

/// <summary>Which part of a job's log to read.</summary>
public sealed record LogSelection
{
    /// <summary>The stream to read. Default: both.</summary>
    public OutputStream? Stream { get; init; }

    /// <summary>The offset of the first byte. Default: the first byte that the server still has.</summary>
    public long? From { get; init; }

    /// <summary>The number of bytes. Default: all.</summary>
    public long? Length { get; init; }

    /// <summary>The number of lines at the end to read, instead of <see cref="From"/>. Default: none.</summary>
    public long? Tail { get; init; }

    /// <summary>Whether to continue with new output until the job ends. Default: no.</summary>
    public bool Follow { get; init; }

    internal LogsRequest ToMessage(string job) => new()
    {
        Job = job,
        Stream = Stream is { } stream ? OutputStreamNames.Of(stream) : null,
        From = From,
        Length = Length,
        Tail = Tail,
        Follow = Follow,
    };
}
