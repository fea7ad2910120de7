using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Protocol.Broadcasts;

/// <summary>What became of a signed request on one host. It is signed by the server's key.</summary>
/// <remarks>Either <see cref="Refusal"/> or <see cref="Outcome"/> is set. Fields that are not known are ignored.</remarks>
public sealed record BroadcastResult
{
    // Characters of hexadecimal SHA-256.
    private const int HashLength = 64;

    /// <summary>The run of the request.</summary>
    public required string Run { get; init; }

    /// <summary>The host's name, as the program on the host has told it to the server.</summary>
    public required string Name { get; init; }

    /// <summary>The SHA-256 of the request's payload, as lower-case hex digits.</summary>
    public required string Request { get; init; }

    /// <summary>The server's key, as in <c>authorized_keys</c>, without a comment.</summary>
    /// <remarks>The reader compares it with the key that it knows for the host.</remarks>
    public required string Key { get; init; }

    /// <summary>The job's id. Absent if the request was not valid.</summary>
    public string? Job { get; init; }

    /// <summary>Why there is no outcome.</summary>
    public BroadcastRefusal? Refusal { get; init; }

    /// <summary>One of <see cref="Messages.Outcome"/>.</summary>
    public string? Outcome { get; init; }

    /// <summary>The exit status, as a shell shows it. See <see cref="ResultMessage.Code"/>.</summary>
    public int? Code { get; init; }

    /// <summary>The signal that ended the command, without SIG.</summary>
    public string? Signal { get; init; }

    /// <summary>The reason, for people, if the outcome alone does not say it.</summary>
    public string? Reason { get; init; }

    /// <summary>When the job started, in ms since 1970-01-01 UTC, by the server's clock.</summary>
    public long? Started { get; init; }

    /// <summary>Time from start to end, in ms.</summary>
    public double? Duration { get; init; }

    /// <summary>The processor time that the command used, if the system reports it.</summary>
    public ResourceUse? Usage { get; init; }

    /// <summary>Output streams whose pipes a leftover process still holds open. What it writes from now on is lost.</summary>
    public IReadOnlyList<string>? Held { get; init; }

    /// <summary>Every output stream, including empty ones. Empty with a <see cref="Refusal"/>.</summary>
    public IReadOnlyDictionary<string, BroadcastOutput> Streams { get; set; } = new Dictionary<string, BroadcastOutput>();

    /// <summary>Reads a result, and checks that <see cref="Key"/> has signed it.</summary>
    /// <exception cref="BroadcastException">It is not a result, a value is out of its range, or the signature is wrong.</exception>
    public static BroadcastResult Open(SignedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        BroadcastResult result = Decode(text.Payload.Span);
        return text.IsSignedBy(KeyText.Parse(result.Key)!) ? result : throw new BroadcastException("the signature of the result is wrong");
    }

    /// <summary>Reads a payload.</summary>
    /// <exception cref="BroadcastException">It is not a result, or a value is out of its range.</exception>
    public static BroadcastResult Decode(ReadOnlySpan<byte> payload)
    {
        BroadcastResult result = StrictJson.Read(payload, BroadcastJson.Default.BroadcastResult);
        return result.FindFault() is { } fault ? throw new BroadcastException(fault) : result;
    }

    /// <summary>Signs the result.</summary>
    /// <param name="identity">The identity whose key is <see cref="Key"/>.</param>
    /// <exception cref="BroadcastException">A value is out of its range, the key is another, or the result is too long.</exception>
    public SignedText Sign(Identity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        if (FindFault() is { } fault)
            throw new BroadcastException(fault);
        if (Key != identity.PublicKey.ToString())
            throw new BroadcastException("'key' is not the key that signs");
        return SignedText.Sign(StrictJson.Write(this, BroadcastJson.Default.BroadcastResult), SignedKind.Result, identity);
    }

    private string? FindFault()
        => WireRange.Job("run", Run)
        ?? (TargetNames.IsName(Name) ? null : $"'name' must have 1 to {TargetNames.MaxNameLength} letters, digits and ._-")
        ?? (IsHash(Request) ? null : $"'request' must have {HashLength} lower-case hex digits")
        ?? (KeyText.Parse(Key) is null ? KeyText.Fault : null)
        ?? WireRange.Job("job", Job)
        ?? EndFault()
        ?? WireRange.Word("signal", Signal)
        ?? WireRange.Time("started", Started)
        ?? WireRange.Duration("duration", Duration)
        ?? WireRange.Usage(Usage)
        ?? WireRange.Texts("held", Held)
        ?? StreamsFault();

    private string? EndFault() => this switch
    {
        { Refusal: null, Outcome: null } or { Refusal: not null, Outcome: not null }
            => "the result must have either 'refusal' or 'outcome'",
        { Refusal: not null, Code: not null } => "a refusal must not have 'code'",
        { Outcome: not null, Code: null } => "missing: 'code'",
        { Outcome: not null, Job: null } => "missing: 'job'",
        { Outcome: { } outcome, Code: { } code } => Messages.Outcome.FindFault(outcome, code),
        _ => null,
    };

    private string? StreamsFault()
    {
        foreach ((string name, BroadcastOutput? output) in Streams)
        {
            if (output is null)
                return $"'streams.{name}' must not be null";
            if ((WireRange.StreamName("streams.*", name) ?? output.FindFault($"streams.{name}")) is { } fault)
                return fault;
        }

        return null;
    }

    private static bool IsHash(string text)
        => text.Length == HashLength && text.AsSpan().IndexOfAnyExcept("0123456789abcdef") < 0;
}
