using System.Text.Json.Serialization;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>What is known of a job from its beginning and never changes, as stored on disk.</summary>
internal sealed record JobRecord
{
    /// <summary>The id, which the client made.</summary>
    public required string Id { get; init; }

    /// <summary>The key of the client that started the job, as text.</summary>
    public required string Owner { get; init; }

    /// <summary>The command, for people.</summary>
    public required string Command { get; init; }

    /// <summary>When the client asked for the job.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>In the text form of <see cref="Protocol.Messages.OnDisconnect"/>.</summary>
    public required string OnDisconnect { get; init; }

    /// <summary>One of <see cref="Protocol.Messages.OnFull"/>.</summary>
    public required string OnFull { get; init; }

    /// <summary>Whether the job runs on without a client and without the server.</summary>
    public bool Detached { get; init; }

    /// <summary>Whether the job has a terminal.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Tty { get; init; }

    /// <summary>The timeout in ms; null: none.</summary>
    public long? Timeout { get; init; }

    /// <summary>The system's boot that the job started in: process ids mean nothing after another boot.</summary>
    public string? Boot { get; init; }
}
