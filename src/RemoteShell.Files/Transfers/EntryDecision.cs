namespace RemoteShell.Files.Transfers;

/// <summary>What was done with an entry whose content is not needed.</summary>
/// <param name="Outcome">The outcome.</param>
internal sealed record EntryDecision(TransferOutcome Outcome)
{
    /// <summary>Whether the owner or the group of the source was wanted, and could not be set.</summary>
    public bool HasOtherOwner { get; init; }
}
