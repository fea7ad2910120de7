using System.Text.Json.Serialization;

namespace RemoteShell.Protocol.Messages;

/// <summary>Lists the client's own jobs. Byte stream: <c>jobs</c> out, a <see cref="JobEntry"/> as JSON in each line, the oldest first.</summary>
public sealed record JobsRequest() : OpenRequest("jobs")
{
    /// <summary>Which ones: <c>all</c>, or <c>running</c>; absent: those that run, and those that ended and whose result nobody has.</summary>
    public string? Filter { get; init; }
}

/// <summary>What is known of a job.</summary>
public sealed record JobEntry
{
    /// <summary>The id.</summary>
    public required string Job { get; init; }

    /// <summary><c>running</c>, <c>held</c> (a quota is reached, and it waits), or <c>ended</c>.</summary>
    public required string State { get; init; }

    /// <summary>When it started, in milliseconds since 1970-01-01 UTC.</summary>
    public long Started { get; init; }

    /// <summary>Milliseconds from its start to its end, or until now.</summary>
    public double Duration { get; init; }

    /// <summary>One of <see cref="Messages.Outcome"/>; absent while it runs.</summary>
    public string? Outcome { get; init; }

    /// <summary>The exit status, as in <see cref="ResultMessage"/>; absent while it runs.</summary>
    public int? Code { get; init; }

    /// <summary>The signal that ended it, without SIG.</summary>
    public string? Signal { get; init; }

    /// <summary>Why it ended, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>Bytes written so far, by the stream's name.</summary>
    public IReadOnlyDictionary<string, long> Bytes { get; set; } = new Dictionary<string, long>();

    /// <summary>The command as people know it.</summary>
    public string Command { get; set; } = "";

    /// <summary>Whether it lives without a client and without the server.</summary>
    public bool Detached { get; init; }

    /// <summary>Whether it has a terminal.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Tty { get; init; }

    /// <summary>What happens when its client is gone: <c>kill</c>, <c>keep</c>, or <c>keep:DURATION</c>.</summary>
    public string OnDisconnect { get; set; } = "keep";

    /// <summary>What happens at the quota: <c>hold</c>, <c>drop-oldest</c>, or <c>kill</c>.</summary>
    public string OnFull { get; set; } = "hold";

    /// <summary>Clients that are attached to it now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Attached { get; init; }
}
