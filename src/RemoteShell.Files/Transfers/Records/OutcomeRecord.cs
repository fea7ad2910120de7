namespace RemoteShell.Files.Transfers.Records;

/// <summary>From the receiver: what became of an entry, or of a path that it deleted. In an operation: the end.</summary>
internal sealed record OutcomeRecord : TransferRecord
{
    /// <summary>The entry; 0: none.</summary>
    public long Id { get; init; }

    /// <summary>The path at the receiver.</summary>
    public required string Path { get; init; }

    /// <summary>What became of it, such as <c>Transferred</c> or <c>Failed</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>
    /// Why it failed, was skipped, or was sent from its beginning although a part was there, or what would be set; for people.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>The size of the file in bytes.</summary>
    public long Size { get; init; }

    /// <summary>How many of them were there before.</summary>
    public long Kept { get; init; }

    /// <summary>The digest of the whole file.</summary>
    public string? Digest { get; init; }

    /// <summary>Whether the owner or the group of the source was wanted, and could not be set.</summary>
    public bool HasOtherOwner { get; init; }

    /// <summary>Whether extended attributes of the source were wanted, and could not all be set.</summary>
    public bool HasOtherAttributes { get; init; }
}
