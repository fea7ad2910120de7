namespace RemoteShell.Files.Folders;

/// <summary>The metadata of a file, a folder, a link or a special file.</summary>
public sealed record FileEntry
{
    /// <summary>What it is.</summary>
    public required EntryKind Kind { get; init; }

    /// <summary>The size in bytes; of a link the length of its target.</summary>
    public required long Size { get; init; }

    /// <summary>The 12 bits of the mode: permissions, set-user-ID, set-group-ID, sticky.</summary>
    public required int Mode { get; init; }

    /// <summary>When the content was modified.</summary>
    public required FileTime Modified { get; init; }

    /// <summary>When the content or the metadata was changed. Programs cannot set this time.</summary>
    public required FileTime Changed { get; init; }

    /// <summary>The file system.</summary>
    public required ulong Device { get; init; }

    /// <summary>The number of the file in its file system.</summary>
    public required ulong Inode { get; init; }

    /// <summary>The number of hard links.</summary>
    public required long Links { get; init; }

    /// <summary>The owner's id.</summary>
    public required uint User { get; init; }

    /// <summary>The group's id.</summary>
    public required uint Group { get; init; }

    /// <summary>The space on the disk, in units of 512 bytes.</summary>
    public required long BlocksOnDisk { get; init; }

    /// <summary>Whether both are the same file, whatever its name and content.</summary>
    public bool IsSameFile(FileEntry other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Device == other.Device && Inode == other.Inode;
    }
}
