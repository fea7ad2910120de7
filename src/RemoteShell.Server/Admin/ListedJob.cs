using System.Text.Json;

namespace RemoteShell.Server.Admin;

/// <summary>A job in the answer to <c>jobs</c> or <c>kill</c>.</summary>
public sealed record ListedJob
{
    /// <summary>The id.</summary>
    public required string Job { get; init; }

    /// <summary>The fingerprint of the owner's key.</summary>
    public required string Key { get; init; }

    /// <summary>The name of the key: its comment in <c>authorized_keys</c>; empty if there is none.</summary>
    public required string Name { get; init; }

    /// <summary><c>running</c>, <c>held</c> (paused at a quota) or <c>ended</c>.</summary>
    public required string State { get; init; }

    /// <summary>When the job started.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Whether the job is detached: it runs without a client and without the server.</summary>
    public bool Detached { get; init; }

    /// <summary>How many clients are attached.</summary>
    public int Attached { get; init; }

    /// <summary>When the job ended; null while it runs.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>How the job ended, such as <c>exited</c>; null while it runs.</summary>
    public string? Outcome { get; init; }

    /// <summary>The exit status that a shell would show; null while the job runs.</summary>
    public int? Exit { get; init; }

    /// <summary>Why the job ended, for people; null if its outcome needs no explanation.</summary>
    public string? Reason { get; init; }

    /// <summary>The command, for people.</summary>
    public required string Command { get; init; }

    /// <summary>Returns the job as one JSON object; docs/json.md describes the fields.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, AdminJson.Readable.ListedJob);
}
