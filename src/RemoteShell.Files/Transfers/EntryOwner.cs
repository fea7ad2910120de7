namespace RemoteShell.Files.Transfers;

/// <summary>The owner and the group that an entry gets; null where it keeps its own.</summary>
/// <param name="User">The number of the owner.</param>
/// <param name="Group">The number of the group.</param>
internal sealed record EntryOwner(uint? User, uint? Group)
{
    /// <summary>Whether the names of the source are known here.</summary>
    public bool IsKnown { get; init; } = true;
}
