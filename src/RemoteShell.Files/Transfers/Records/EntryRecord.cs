namespace RemoteShell.Files.Transfers.Records;

/// <summary>From the sender: a file, folder or link. In a list: what the server found.</summary>
internal sealed record EntryRecord : TransferRecord
{
    /// <summary>The number of the entry; each is one higher than the one before.</summary>
    public long Id { get; init; }

    /// <summary>The path, below the folder of the target.</summary>
    public required string Path { get; init; }

    /// <summary>The name of an <see cref="Folders.EntryKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether it is a file whose size is not known before its end: <see cref="EndOfFileRecord.Size"/> tells it.</summary>
    public bool IsStream { get; init; }

    /// <summary>The size of a file in bytes; 0 of a stream.</summary>
    public long Size { get; init; }

    /// <summary>About how many of these bytes are holes, which take no space.</summary>
    public long Holes { get; init; }

    /// <summary>The permission bits, 0 to 4095.</summary>
    public int Mode { get; init; }

    /// <summary>When the content was changed, in seconds since 1970-01-01 UTC.</summary>
    public long Seconds { get; init; }

    /// <summary>The rest of that time, in nanoseconds.</summary>
    public int Nanoseconds { get; init; }

    /// <summary>Where a link points to.</summary>
    public string? Target { get; init; }

    /// <summary>For a hard link: the path of the entry of this transfer that has the same content.</summary>
    public string? SameAs { get; init; }

    /// <summary>The owner's name; the number as text if it has none.</summary>
    public string? User { get; init; }

    /// <summary>The group's name; the number as text if it has none.</summary>
    public string? Group { get; init; }

    /// <summary>The extended attributes.</summary>
    public IReadOnlyDictionary<string, byte[]>? Attributes { get; init; }

    /// <summary>The digest of the content, if unchanged files are found by it.</summary>
    public string? Digest { get; init; }

    /// <summary>Identifies the content for a later transfer that goes on: place, size and time of the source.</summary>
    public string? Source { get; init; }

    internal override bool HasAllElements => Attributes?.Values.All(value => value is not null) ?? true;
}
