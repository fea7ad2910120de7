using RemoteShell.Files.Partials;

namespace RemoteShell.Files.Transfers;

/// <summary>What was done with an entry whose content is not needed.</summary>
/// <param name="Outcome">The outcome.</param>
internal sealed record EntryDecision(TransferOutcome Outcome)
{
    /// <summary>In a dry run, what would be set: <c>mode, time</c>; null: nothing.</summary>
    public string? ToSet { get; init; }

    /// <summary>What of the source's metadata was wanted, and could not be set.</summary>
    public UnsetMetadata Unset { get; init; }
}
