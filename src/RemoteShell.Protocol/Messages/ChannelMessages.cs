using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Opens a channel. The sender picks a number that it has not used before on this connection: odd from the client, even from the server.</summary>
public abstract record OpenRequest : Message
{
    /// <summary>Makes a request of that name.</summary>
    protected OpenRequest(string request) : base("open") => Request = request;

    /// <summary>What is asked for.</summary>
    [JsonPropertyOrder(-1)]
    public string Request { get; }

    /// <summary>How far each of the channel's output streams may be sent before a <c>window</c> says more. Default: 1 MiB.</summary>
    public long Window { get; set; } = 1024 * 1024;

    /// <summary>The algorithm of the streams' digests: <c>crc32c</c> or <c>sha256</c>. Default: <c>crc32c</c>.</summary>
    public string Digest { get; set; } = "crc32c";
}

/// <summary>A request that this version does not know.</summary>
/// <param name="Name">The name that was asked for.</param>
public sealed record UnknownRequest(string Name) : OpenRequest(Name);

/// <summary>Answers <see cref="OpenRequest"/>: what was asked for is under way.</summary>
public sealed record OpenedMessage() : Message("opened")
{
    /// <summary>The job's id, where the request made a job.</summary>
    public string? Job { get; init; }

    /// <summary>The receive window of the channel's input stream; 0 where nothing is read.</summary>
    public long Window { get; init; }

    /// <summary>Where the input stream goes on after a cut; absent: at its beginning.</summary>
    public StreamPosition? Position { get; init; }

    /// <summary>Where each stream to the client begins, where the request left that to the server.</summary>
    public IReadOnlyDictionary<string, long>? Streams { get; init; }

    /// <summary>For <c>chat</c>: what the others know this member by.</summary>
    public string? Member { get; init; }

    /// <summary>Whether the job was detached, and the channel is over.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Detached { get; init; }

    /// <summary>Whether the job has a terminal.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Tty { get; init; }

    /// <summary>The file's bytes when it was opened, where the request reads a file; 0 also for one of unknown length. Not <c>size</c>, which is the frame's own.</summary>
    public long? Length { get; init; }

    /// <summary>The file's permission bits, where the request reads a file.</summary>
    public int? Mode { get; init; }

    /// <summary>When the file was last changed, in milliseconds since 1970-01-01 UTC.</summary>
    public long? Modified { get; init; }
}

/// <summary>Answers <see cref="OpenRequest"/>: no, and why. The channel is over.</summary>
public sealed record RefusedMessage() : Message("refused")
{
    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public required string Code { get; init; }

    /// <summary>Why, for people.</summary>
    public string Text { get; set; } = "";

    /// <summary>What to do about it, for people.</summary>
    public string? Cure { get; init; }
}
