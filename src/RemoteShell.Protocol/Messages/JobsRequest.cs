using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Lists the client's own jobs. Byte stream: <c>jobs</c> out, one <see cref="JobEntry"/> as JSON in each line.</summary>
/// <remarks>The oldest job is first.</remarks>
public sealed record JobsRequest() : OpenRequest("jobs")
{
    /// <summary>Which jobs: <c>all</c> or <c>running</c>.</summary>
    /// <remarks>Absent: running and detached jobs, and ended jobs whose result was not delivered.</remarks>
    public string? Filter { get; init; }

    internal override string? FindFault()
        => base.FindFault()
        ?? (Filter is null or "all" or "running" ? null : $"unknown filter '{Filter}'; use all or running, or leave it out");
}

/// <summary>A job in a list.</summary>
public sealed record JobEntry
{
    /// <summary>The job's id.</summary>
    public required string Job { get; init; }

    /// <summary><c>running</c>, <c>held</c> (paused at a quota) or <c>ended</c>.</summary>
    public required string State { get; init; }

    /// <summary>When the job started, in ms since 1970-01-01 UTC.</summary>
    public long Started { get; init; }

    /// <summary>Time in ms from the start to the end, or until now.</summary>
    public double Duration { get; init; }

    /// <summary>One of <see cref="Messages.Outcome"/>. Absent while the job runs.</summary>
    public string? Outcome { get; init; }

    /// <summary>The exit status, as in <see cref="ResultMessage"/>. Absent while the job runs.</summary>
    public int? Code { get; init; }

    /// <summary>The signal that ended the job, without SIG.</summary>
    public string? Signal { get; init; }

    /// <summary>Why the job ended, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>Number of bytes written so far, by stream name.</summary>
    public IReadOnlyDictionary<string, long> Bytes { get; set; } = new Dictionary<string, long>();

    /// <summary>The command as one line for people.</summary>
    public string Command { get; set; } = "";

    /// <summary>Whether the job is detached: it runs without a client, and survives the server.</summary>
    public bool Detached { get; init; }

    /// <summary>Whether the job has a terminal.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Tty { get; init; }

    /// <summary>Whether the job is the shell of a conversation, which a client can take over.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Conversation { get; init; }

    /// <summary>For a line of a conversation: the conversation's job.</summary>
    public string? In { get; init; }

    /// <summary>What happens when the client disconnects: <c>kill</c>, <c>keep</c> or <c>keep:DURATION</c>.</summary>
    public string OnDisconnect { get; set; } = "keep";

    /// <summary>What happens at the quota: <c>hold</c>, <c>drop-oldest</c> or <c>kill</c>.</summary>
    public string OnFull { get; set; } = "hold";

    /// <summary>Number of clients attached now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Attached { get; init; }

    internal string? FindFault()
        => WireRange.Job("job", Job)
        ?? WireRange.Word("state", State)
        ?? WireRange.Job("in", In)
        ?? WireRange.Time("started", Started)
        ?? WireRange.Duration("duration", Duration)
        ?? (Outcome is null ? WireRange.Between("code", Code, 0, 255) : Messages.Outcome.FindFault(Outcome, Code ?? -1))
        ?? WireRange.Word("signal", Signal)
        ?? WireRange.Offsets("bytes", Bytes)
        ?? WireRange.Word("onDisconnect", OnDisconnect)
        ?? WireRange.Word("onFull", OnFull)
        ?? WireRange.Between("attached", Attached, 0, int.MaxValue);
}
