using System.Text.Json.Serialization;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>What is fixed of a job from its beginning, as it is kept on disk.</summary>
internal sealed record JobRecord
{
    /// <summary>Of the client's making.</summary>
    public required string Id { get; init; }

    /// <summary>The key that asked.</summary>
    public required string Owner { get; init; }

    /// <summary>The command as people know it.</summary>
    public required string Command { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>As <see cref="Protocol.Messages.OnDisconnect"/> writes it.</summary>
    public required string OnDisconnect { get; init; }

    /// <summary>One of <see cref="Protocol.Messages.OnFull"/>.</summary>
    public required string OnFull { get; init; }

    /// <summary>Whether it lives without a client and without the server.</summary>
    public bool Detached { get; init; }

    /// <summary>Whether it has a terminal.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Tty { get; init; }

    /// <summary>Milliseconds until it is ended.</summary>
    public long? Timeout { get; init; }

    /// <summary>The run of the system that it was started in: process ids mean nothing in another.</summary>
    public string? Boot { get; init; }
}

/// <summary>How a job ended, as it is kept on disk.</summary>
internal sealed record JobEnding
{
    /// <summary>The outcome.</summary>
    public required JobOutcome Outcome { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Ended { get; init; }

    /// <summary>Bytes written, by the stream's name.</summary>
    public IReadOnlyDictionary<string, long> Bytes { get; set; } = new Dictionary<string, long>();
}

/// <summary>A line of the journal: a job began, or it ended.</summary>
internal sealed record JournalLine(string Id, string Owner, JobRecord? Began = null, JobEnding? Ended = null);

/// <summary>What is kept on disk, compiled ahead of time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(JobRecord))]
[JsonSerializable(typeof(JobEnding))]
[JsonSerializable(typeof(JournalLine))]
internal sealed partial class JobJson : JsonSerializerContext;
