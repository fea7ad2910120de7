using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Client;

/// <summary>What a transfer of files takes along, and how it decides.</summary>
public sealed record TransferOptions
{
    /// <summary>Whether folders are transferred, with all that is in them. Default: no, a folder is an error.</summary>
    public bool Recursive { get; init; }

    /// <summary>Whether hard links within the transfer stay hard links. Default: no, each is a file of its own.</summary>
    public bool HardLinks { get; init; }

    /// <summary>Whether owners and groups are transferred, by name. Default: no.</summary>
    /// <remarks>
    /// An owner or group that the receiver does not know, or may not set, stays as it is: see <see cref="TransferResult.OtherOwner"/>.
    /// </remarks>
    public bool Owner { get; init; }

    /// <summary>Whether extended attributes are transferred; those of <c>user.</c> become equal. Default: no.</summary>
    public bool ExtendedAttributes { get; init; }

    /// <summary>Whether files are compared by their content. Default: no, by size and time.</summary>
    public bool Checksum { get; init; }

    /// <summary>Whether the target's folders lose what the source does not have. Default: no.</summary>
    /// <remarks>Nothing is deleted if anything fails, and nothing that <see cref="Filter"/> excludes.</remarks>
    public bool Delete { get; init; }

    /// <summary>Whether nothing is changed, and only reported. Default: no.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether data that shrinks is compressed. Default: no.</summary>
    public bool Compress { get; init; }

    /// <summary>The algorithm by which both ends compare each whole file. Default: CRC-32C.</summary>
    public DigestAlgorithm Digest { get; init; } = DigestAlgorithm.Crc32C;

    /// <summary>Whether each file is forced to the disk before it gets its name. Default: no.</summary>
    public bool Fsync { get; init; }

    /// <summary>Whether a file that meets a link, at any depth, is written to the file that the link names. Default: no.</summary>
    /// <remarks>
    /// Otherwise it replaces the link. A file fails whose link leads to nothing, to a folder, through a link that the transfer has made, or
    /// to a file that another one was written to. Folders and links follow nothing. Not with <see cref="Delete"/>.
    /// </remarks>
    public bool FollowTarget { get; init; }

    /// <summary>Whether the source takes the place of the target even if that is a folder. Default: no, it goes into the folder.</summary>
    public bool OntoTarget { get; init; }

    /// <summary>The highest rate of content, in bytes a second. Default: 0, for none.</summary>
    public long MaxRate { get; init; }

    /// <summary>Lines in the syntax of .gitignore: what is left out. Default: none.</summary>
    public IReadOnlyList<string> Filter { get; init; } = [];

    internal TransferRules ToRules() => new()
    {
        Recursive = Recursive,
        HardLinks = HardLinks,
        Owner = Owner,
        Attributes = ExtendedAttributes,
        Checksum = Checksum,
        Delete = Delete,
        DryRun = DryRun,
        Compress = Compress,
        Sha256 = Digest == DigestAlgorithm.Sha256,
        Fsync = Fsync,
        Follow = FollowTarget,
        Onto = OntoTarget,
        Rate = MaxRate,
        Filter = Filter.Count > 0 ? Filter : null,
    };
}
