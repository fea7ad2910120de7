namespace RemoteShell.Server.Audit;

/// <summary>Selects lines of the audit journal. The lines come in their order: names of keys are learned from those before.</summary>
public sealed class AuditFilter
{
    // The fingerprints of the keys with the name that is searched for. Some lines have no name.
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);

    /// <summary>Only lines since this time. Default: all.</summary>
    public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Only lines of the key with this fingerprint, or beginning of one, or name. Default: null, for all.</summary>
    public string? Key { get; init; }

    /// <summary>Only lines of jobs whose ids begin so. Default: null, for all.</summary>
    public string? Job { get; init; }

    /// <summary>Only lines with this verb or event. Default: null, for all.</summary>
    public string? Verb { get; init; }

    /// <summary>Whether only lines about what was refused, or has failed, are selected. Default: no.</summary>
    public bool OnlyFailures { get; init; }

    /// <summary>Whether the line is selected.</summary>
    public bool Matches(AuditLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return IsOfKey(line)
            && line.Time >= Since
            && (Job is null || line.Job?.StartsWith(Job, StringComparison.Ordinal) == true)
            && (Verb is null || line.Verb == Verb || line.Event == Verb)
            && (!OnlyFailures || line.IsFailure);
    }

    private bool IsOfKey(AuditLine line)
    {
        if (Key is null)
            return true;
        if (line.Key is not { } fingerprint)
            return false;
        if (line.Name == Key)
            _named.Add(fingerprint);
        return _named.Contains(fingerprint) || fingerprint.StartsWith(Key, StringComparison.Ordinal);
    }
}
