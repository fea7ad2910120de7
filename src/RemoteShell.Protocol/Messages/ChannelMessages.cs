using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Opens a channel.</summary>
/// <remarks>The sender picks a new channel number: odd for the client, even for the server, higher than all before it.</remarks>
public abstract record OpenRequest : Message
{
    /// <summary>The first window of a stream to the client if the request names none: 1 MiB.</summary>
    public const long DefaultWindow = 1024 * 1024;

    /// <summary>Creates a request with this name.</summary>
    protected OpenRequest(string request) : base("open") => Request = request;

    /// <summary>The request's name.</summary>
    [JsonPropertyOrder(-1)]
    public string Request { get; }

    /// <summary>The first window of each stream to the client, in bytes. Default: 1 MiB.</summary>
    public long Window { get; set; } = DefaultWindow;

    /// <summary>The algorithm of the streams' digests: <c>crc32c</c> or <c>sha256</c>. Default: <c>crc32c</c>.</summary>
    public string Digest { get; set; } = "crc32c";

    /// <summary>The span of the client that the request belongs to, as in the header <c>traceparent</c> of W3C Trace Context.</summary>
    /// <remarks>Absent: none. A text of another form counts as absent.</remarks>
    public string? Traceparent { get; init; }

    internal override string? FindFault() => WireRange.Window("window", Window) ?? WireRange.Algorithm("digest", Digest);
}

/// <summary>A request whose name this version does not know.</summary>
/// <param name="Name">The request's name.</param>
public sealed record UnknownRequest(string Name) : OpenRequest(Name)
{
    // A later version may allow other values.
    internal override string? FindFault() => null;
}

/// <summary>Answers <see cref="OpenRequest"/>: the request is accepted and running.</summary>
public sealed record OpenedMessage() : Message("opened")
{
    // The permission bits, with set-user-id, set-group-id and sticky.
    private const int MaxMode = 4095;

    /// <summary>The job's full id, for a request about a job.</summary>
    public string? Job { get; init; }

    /// <summary>The window of the stream to the server, in bytes. 0 if the server does not read any.</summary>
    public long Window { get; init; }

    /// <summary>Where the stream to the server continues after a reconnect. Absent: at its beginning.</summary>
    public StreamPosition? Position { get; init; }

    /// <summary>Where each stream to the client starts, if the request left that to the server.</summary>
    public IReadOnlyDictionary<string, long>? Streams { get; init; }

    /// <summary>For <c>chat</c>: the participant's id, as the others see it.</summary>
    public string? Member { get; init; }

    /// <summary>Whether the job was detached. The channel has then ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Detached { get; init; }

    /// <summary>Whether the job has a terminal.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Tty { get; init; }

    /// <summary>For a conversation: the path of its shell.</summary>
    public string? Shell { get; init; }

    /// <summary>For a conversation: the working directory of its shell, if the shell has told it.</summary>
    public string? Cwd { get; init; }

    /// <summary>For a request that reads a file: its length in bytes when it was opened. 0 if the length is unknown.</summary>
    /// <remarks>The name <c>size</c> belongs to the frame.</remarks>
    public long? Length { get; init; }

    /// <summary>For a request that reads a file: its permission bits.</summary>
    public int? Mode { get; init; }

    /// <summary>When the file was last changed, in ms since 1970-01-01 UTC.</summary>
    public long? Modified { get; init; }

    internal override string? FindFault()
        => WireRange.Job("job", Job)
        ?? WireRange.Between("window", Window, 0, WireRange.MaxWindow)
        ?? WireRange.Position("position", Position)
        ?? WireRange.Offsets("streams", Streams)
        ?? WireRange.Length("member", Member, 1, ChatRequest.MaxNameLength)
        ?? WireRange.Offset("length", Length)
        ?? WireRange.Between("mode", Mode, 0, MaxMode)
        ?? WireRange.Time("modified", Modified);
}

/// <summary>Answers <see cref="OpenRequest"/>: the request is refused. The channel has ended.</summary>
public sealed record RefusedMessage() : Message("refused")
{
    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public required string Code { get; init; }

    /// <summary>The reason, for people.</summary>
    public string Text { get; set; } = "";

    /// <summary>What to do about it, for people.</summary>
    [JsonPropertyName("cure")]
    public string? Hint { get; init; }

    internal override Message Shorten(int characters)
        => this with { Text = Cut(Text, characters), Hint = Hint is null ? null : Cut(Hint, characters) };
}
