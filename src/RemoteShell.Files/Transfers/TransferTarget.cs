using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Partials;
using RemoteShell.Files.Quotas;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>Where a transfer puts what it receives: into a folder, or onto one name.</summary>
/// <param name="Base">The folder. The owner disposes it.</param>
/// <param name="Name">The name that takes the place of the source's; null: each source keeps its own.</param>
internal sealed record TransferTarget(Folder Base, FileName? Name) : IDisposable
{
    /// <summary>Whether the folder itself takes the place of the source, which is a folder.</summary>
    public bool IsSource { get; init; }

    /// <summary>Whether <see cref="Name"/> can only be a folder: it does not exist, and was written with a slash at its end.</summary>
    public bool IsNewFolder { get; init; }

    /// <summary>Whether <see cref="Name"/> is a folder that an interrupted transfer of the same source has begun.</summary>
    public bool IsContinued { get; init; }

    /// <summary>Where links at the names of files are followed; null: they are replaced.</summary>
    public FileRoot? LinkRoot { get; init; }

    /// <summary>What a file to which a link leads must be within.</summary>
    public IReadOnlyList<IEntryBounds> LinkBounds { get; init; } = [];

    /// <summary>How much content may be stored there.</summary>
    public ContentQuota Quota { get; init; } = ContentQuota.Unlimited;

    /// <summary>The transfer among others of this process; null: it does not take a file over from any.</summary>
    public TransferHolder? Holder { get; init; }

    /// <summary>Opens a target, by the meaning of <c>cp</c>: into a folder that exists, else onto the name.</summary>
    /// <param name="root">Where the path begins.</param>
    /// <param name="path">The path. With a slash at its end it must be a folder, or be made as one.</param>
    /// <param name="sources">How many sources there are.</param>
    /// <param name="rules">Whether the name is never taken as a folder to put the source into, and whether a link is followed.</param>
    /// <exception cref="FileException">The target is not what the sources need.</exception>
    public static TransferTarget Open(FileRoot root, ReadOnlySpan<byte> path, int sources, TransferRules rules)
    {
        // What a link at the target names may be what the source does not have.
        if (rules is { Follow: true, Delete: true })
            throw new FileException(FileFault.NotSupported, EscapedBytes.Of(path), "links are not followed where files are deleted");
        TransferTarget opened = OpenReplacing(root, path, sources, rules);
        // In a folder that an earlier transfer has begun, the links are those of the same sender.
        return rules.Follow && !opened.IsContinued ? opened with { LinkRoot = root } : opened;
    }

    // Links at the names of files are not looked at yet.
    private static TransferTarget OpenReplacing(FileRoot root, ReadOnlySpan<byte> path, int sources, TransferRules rules)
    {
        ReadOnlySpan<byte> last = path[(path.LastIndexOf((byte)'/') + 1)..];
        if (last.Length == 0 && sources == 1 && rules.Recursive && TryNewFolder(root, path, rules) is { } made)
            return made;
        if (last.Length == 0 || last.SequenceEqual("."u8) || last.SequenceEqual(".."u8))
            return new(root.OpenFolder(path.Length == 0 ? "~"u8 : path), null) { IsSource = rules.Onto };
        using FileLocation location = root.Locate(path);
        if (location.Name is not { } name)
            return new(location.OpenFolder(), null) { IsSource = rules.Onto };
        FileEntry? target = StatTarget(location);
        bool isFolder = target?.Kind == EntryKind.Folder;
        if (target is { Kind: not (EntryKind.File or EntryKind.Folder or EntryKind.Link) })
            throw new FileException(FileFault.NotRegular, location.Text, "is not a regular file, and is not replaced by one");
        bool isContinued = isFolder && !rules.Onto && sources == 1 && IsUnfinished(location.Parent, name, rules);
        if (isFolder && !rules.Onto && !isContinued)
            return new(location.OpenFolder(), null);
        if (isFolder && sources != 1)
            throw new FileException(FileFault.IsFolder, location.Text, "only one source can take the place of a folder");
        if (sources != 1)
        {
            throw target is null
                ? new FileException(FileFault.NotFound, location.Text, "does not exist; several sources need a folder that exists")
                : new FileException(FileFault.NotFolder, location.Text, "is not a folder; several sources need a folder that exists");
        }

        if (rules.Follow && !isFolder && location.TryStat()?.Kind == EntryKind.Link)
        {
            using TransferSource file = TransferSource.Open(root, path, followsLink: true);
            return new(file.Parent.Duplicate(), file.Name);
        }

        return new(location.Parent.Duplicate(), name) { IsContinued = isContinued };
    }

    // A link that leads out of the root is replaced as a link to a file is. Whether it leads to a folder is not told.
    private static FileEntry? StatTarget(FileLocation location)
    {
        try
        {
            return location.TryStatTarget();
        }
        catch (FileException e) when (e.Fault == FileFault.Outside)
        {
            return location.TryStat();
        }
    }

    // Null if there is something that this transfer has not begun.
    private static TransferTarget? TryNewFolder(FileRoot root, ReadOnlySpan<byte> path, TransferRules rules)
    {
        using FileLocation location = root.Locate(path);
        if (location.Name is not { } name)
            return null;
        bool isThere = location.TryStat() is not null;
        return !isThere || IsUnfinished(location.Parent, name, rules)
            ? new(location.Parent.Duplicate(), name) { IsNewFolder = true, IsContinued = isThere }
            : null;
    }

    private static bool IsUnfinished(Folder parent, FileName name, TransferRules rules)
        => rules is { Recursive: true, Onto: false, Source: { } source } && UnfinishedFolder.Exists(parent, name, source);

    /// <summary>Notes that a folder is being made, until the transfer has ended. The caller disposes it before this target.</summary>
    /// <returns>Null if no folder is made that a later transfer could take for one to put the source into.</returns>
    public UnfinishedFolder? TryBeginFolder(TransferRules rules)
        => Name is { } name && rules is { Recursive: true, Onto: false, DryRun: false, Source: { } source }
            ? UnfinishedFolder.TryBegin(Base, name, source)
            : null;

    /// <summary>Finds the note of an earlier transfer that has not ended. The caller disposes it before this target.</summary>
    public UnfinishedFolder? TryFindFolder(TransferRules rules)
        => Name is { } name && rules is { Recursive: true, DryRun: false, Source: { } source }
            ? UnfinishedFolder.TryFind(Base, name, source)
            : null;

    /// <summary>The path of an entry below <see cref="Base"/>.</summary>
    public RelativePath Place(RelativePath path)
    {
        if (!IsSource && Name is null)
            return path;
        RelativePath placed = Name is { } name ? RelativePath.Empty.Append(name) : RelativePath.Empty;
        return path.Names.Skip(1).Aggregate(placed, (above, next) => above.Append(next));
    }

    /// <summary>The path below the source that an entry belongs to, for patterns that begin there.</summary>
    /// <param name="placed">The path of the entry below <see cref="Base"/>.</param>
    public RelativePath BelowSource(RelativePath placed)
    {
        bool isBase = IsSource && Name is null;
        return placed.Names.Skip(isBase ? 0 : 1).Aggregate(RelativePath.Empty, (above, next) => above.Append(next));
    }

    /// <summary>Closes the folder.</summary>
    public void Dispose() => Base.Dispose();
}
