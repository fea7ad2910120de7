namespace RemoteShell.Server.Audit;

/// <summary>What the verification of an audit journal has found.</summary>
public sealed record AuditReport
{
    /// <summary>What was changed; empty: nothing that can be told.</summary>
    public required IReadOnlyList<AuditFault> Faults { get; init; }

    /// <summary>The number of the first line; 0: there is no line.</summary>
    public required long First { get; init; }

    /// <summary>The end of the journal; null: there is no line.</summary>
    public required AuditHead? Head { get; init; }

    /// <summary>The number of the last line that a trusted host key has signed; 0: none.</summary>
    public required long Signed { get; init; }

    /// <summary>The fingerprint of that key; null: none.</summary>
    public required string? SignedBy { get; init; }

    /// <summary>When that was.</summary>
    public required DateTimeOffset? SignedAt { get; init; }

    /// <summary>Lines that a crash has cut short.</summary>
    public required long Torn { get; init; }

    /// <summary>Lines that could not be written, as the journal says.</summary>
    public required long Lost { get; init; }
}
