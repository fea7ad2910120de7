namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>How and when a job ended, as stored on disk.</summary>
internal sealed record JobEnding
{
    /// <summary>How the job ended.</summary>
    public required JobOutcome Outcome { get; init; }

    /// <summary>When the job ended.</summary>
    public required DateTimeOffset Ended { get; init; }

    /// <summary>Bytes written to each stream, by the stream's name.</summary>
    public IReadOnlyDictionary<string, long> Bytes { get; set; } = new Dictionary<string, long>();
}
