namespace RemoteShell.Files.Transfers.Records;

/// <summary>What a transfer takes along, and how it decides. Both ends have the same rules.</summary>
internal sealed record TransferRules
{
    /// <summary>Whether folders are transferred.</summary>
    public bool Recursive { get; init; }

    /// <summary>Whether hard links within the transfer stay hard links.</summary>
    public bool HardLinks { get; init; }

    /// <summary>Whether owners and groups are transferred, by name.</summary>
    public bool Owner { get; init; }

    /// <summary>Whether extended attributes are transferred.</summary>
    public bool Attributes { get; init; }

    /// <summary>Whether a file with the same size and time is compared by its digest.</summary>
    public bool Checksum { get; init; }

    /// <summary>Whether the target loses what the source does not have.</summary>
    public bool Delete { get; init; }

    /// <summary>Whether nothing is changed, and only said.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether data that shrinks is compressed.</summary>
    public bool Compress { get; init; }

    /// <summary>Whether each file is compared by SHA-256 as well.</summary>
    public bool Sha256 { get; init; }

    /// <summary>Whether each file is forced to the disk.</summary>
    public bool Fsync { get; init; }

    /// <summary>Whether a file that meets a link is written to the file that the link names.</summary>
    public bool Follow { get; init; }

    /// <summary>Whether the target is never taken as the folder to put the source into.</summary>
    public bool Onto { get; init; }

    /// <summary>
    /// What the only source of a recursive transfer is, as a text: an interrupted transfer of it onto a new name goes on there, although
    /// the name is a folder then. Null: it is put into the folder.
    /// </summary>
    public string? Source { get; init; }

    /// <summary>The highest rate, in bytes a second; 0: none.</summary>
    public long Rate { get; init; }

    /// <summary>Lines in the syntax of .gitignore: what is left out, and spared by <see cref="Delete"/>.</summary>
    public IReadOnlyList<string>? Filter { get; init; }
}
