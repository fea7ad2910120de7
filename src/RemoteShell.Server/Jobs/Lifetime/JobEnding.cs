namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>How and when a job ended, as stored on disk.</summary>
internal sealed record JobEnding
{
    // More than the words and the streams of any job have.
    private const int MaxWordLength = 64;
    private const int MaxStreams = 8;

    // In ms: about 3000 years.
    private const double MaxDuration = 1e14;

    /// <summary>How the job ended.</summary>
    public required JobOutcome Outcome { get; init; }

    /// <summary>When the job ended.</summary>
    public required DateTimeOffset Ended { get; init; }

    /// <summary>Time from the start to the end, in ms; null if no server saw the end, or in a line of an earlier version.</summary>
    public double? Duration { get; init; }

    /// <summary>Bytes written to each stream, by the stream's name.</summary>
    public IReadOnlyDictionary<string, long> Bytes { get; set; } = new Dictionary<string, long>();

    /// <summary>What is wrong with an ending that was read from the disk; null if it can be used.</summary>
    public string? Fault() => this switch
    {
        { Outcome.Kind: null or { Length: 0 or > MaxWordLength } } => "the outcome is not valid",
        { Outcome.Signal.Length: > MaxWordLength } => "the signal is not valid",
        { Outcome.Held.Count: > MaxStreams } or { Bytes.Count: > MaxStreams } => "it has too many streams",
        _ when Bytes.Keys.Concat(Outcome.Held ?? []).Any(name => name is null or { Length: > MaxWordLength })
            => "a stream's name is not valid",
        _ when Bytes.Values.Any(count => count < 0) => "a number of bytes is negative",
        { Duration: < 0 or > MaxDuration } => "the duration is out of range",
        _ => null,
    };

    /// <summary>The same, with the texts cut to what is kept of a job.</summary>
    public JobEnding Cut()
        => Outcome.Reason is { } reason ? this with { Outcome = Outcome with { Reason = KeptText.Of(reason) } } : this;
}
