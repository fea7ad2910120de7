using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Partials;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>Makes folders and links at the target, and finds what is there already.</summary>
/// <param name="rules">What is done, and how.</param>
/// <param name="target">Where it goes.</param>
internal sealed class EntryWriter(TransferRules rules, TransferTarget target)
{
    // Until a folder is complete, its owner must be able to write into it.
    private const int OwnerAll = 0x1C0;

    /// <summary>Does what is to be done at once; null: the content is needed.</summary>
    /// <exception cref="FileException">It cannot be done.</exception>
    public TransferOutcome? Decide(EntryRecord entry, EntryKind kind, RelativePath path)
    {
        if (path.IsEmpty && kind != EntryKind.Folder)
            throw new FileException(FileFault.IsFolder, entry.Path, "the target is a folder");
        if (path.IsEmpty)
            return TransferOutcome.Unchanged;
        target.Quota.RequireOrdinary(path.Name, path.Escaped);
        using Folder parent = target.Base.OpenFolder(path.Parent);
        FileEntry? old = parent.TryStat(path.Name);
        if (old?.Kind == EntryKind.Folder && kind != EntryKind.Folder)
            throw new FileException(FileFault.IsFolder, path.Escaped, "a folder of this name is in the way");
        if (old is { Kind: not (EntryKind.File or EntryKind.Folder or EntryKind.Link) })
            throw new FileException(FileFault.NotRegular, path.Escaped, "something that is not a regular file has this name");
        return kind switch
        {
            EntryKind.Folder => MakeFolder(parent, path.Name, entry, old),
            EntryKind.Link => MakeLink(parent, path.Name, entry, old),
            EntryKind.File when entry.SameAs is not null => MakeHardLink(parent, path.Name, entry, old),
            EntryKind.File => Compare(parent, path.Name, entry, old),
            _ => throw new RecordException($"an entry of the kind {kind}"),
        };
    }

    /// <summary>Sets mode, owner, attributes and time of a folder in which nothing changes any more.</summary>
    /// <exception cref="FileException">One that is not as it should be cannot be set.</exception>
    public void EndFolder(EntryRecord entry, RelativePath path)
    {
        // The target itself, such as the home folder, keeps its mode and its owner.
        if (rules.DryRun || path.IsEmpty)
            return;
        using Folder parent = target.Base.OpenFolder(path.Parent);
        SetOwner(parent, path.Name, entry);
        if (rules.Attributes)
            parent.WriteAttributes(path.Name, AttributesOf(entry));
        // What is right is not set: only the owner of the folder may do that.
        FileEntry now = parent.Stat(path.Name);
        if (now.Mode != entry.Mode)
            parent.SetMode(path.Name, entry.Mode);
        if (now.Modified != TimeOf(entry))
            parent.SetModified(path.Name, TimeOf(entry));
    }

    /// <summary>The time of an entry.</summary>
    public static FileTime TimeOf(EntryRecord entry) => new(entry.Seconds, entry.Nanoseconds);

    /// <summary>The attributes of an entry.</summary>
    /// <exception cref="RecordException">A name is not valid.</exception>
    public static IReadOnlyList<FileAttribute> AttributesOf(EntryRecord entry)
        => [.. (entry.Attributes ?? new Dictionary<string, byte[]>()).Select(AttributeOf)];

    private static FileAttribute AttributeOf(KeyValuePair<string, byte[]> told) => new(RecordText.ToBytes(told.Key), told.Value);

    /// <summary>The numbers of the owner and the group; null where they stay as they are.</summary>
    public (uint? User, uint? Group) OwnerOf(EntryRecord entry) => rules.Owner
        ? (entry.User is { } user ? OwnerNames.FindUser(user) : null, entry.Group is { } group ? OwnerNames.FindGroup(group) : null)
        : (null, null);

    private TransferOutcome MakeFolder(Folder parent, FileName name, EntryRecord entry, FileEntry? old)
    {
        if (old is { Kind: not EntryKind.Folder })
            throw new FileException(FileFault.NotFolder, name.Escaped, "something that is not a folder has this name");
        if (old is not null)
        {
            RemoveStale(parent, name);
            return TransferOutcome.Unchanged;
        }

        if (rules.DryRun)
            return TransferOutcome.WouldTransfer;
        parent.MakeFolder(name, OwnerAll | (entry.Mode & 0x1FF));
        return TransferOutcome.Transferred;
    }

    // The folder may be one that cannot be read, but written.
    private void RemoveStale(Folder parent, FileName name)
    {
        if (rules.DryRun)
            return;
        try
        {
            using Folder folder = parent.OpenFolder(name);
            target.Quota.GiveBack(StalePartials.Remove(folder, StalePartials.Age));
        }
        catch (FileException)
        {
            // What is stale there stays.
        }
    }

    private TransferOutcome MakeLink(Folder parent, FileName name, EntryRecord entry, FileEntry? old)
    {
        byte[] points = RecordText.ToBytes(entry.Target ?? throw new RecordException("a link without a target"));
        if (old?.Kind == EntryKind.Link && parent.ReadLink(name).AsSpan().SequenceEqual(points))
            return TransferOutcome.Unchanged;
        if (rules.DryRun)
            return TransferOutcome.WouldTransfer;
        FileName made = TemporaryName.Create();
        parent.MakeLink(made, points);
        Place(parent, made, name);
        SetOwner(parent, name, entry);
        parent.SetModified(name, TimeOf(entry));
        return TransferOutcome.Transferred;
    }

    private TransferOutcome MakeHardLink(Folder parent, FileName name, EntryRecord entry, FileEntry? old)
    {
        RelativePath first = target.Place(RecordText.ToPath(entry.SameAs!));
        target.Quota.RequireOrdinary(first.Name, first.Escaped);
        using Folder folder = target.Base.OpenFolder(first.Parent);
        FileEntry existing = folder.Stat(first.Name);
        if (old is not null && (old.Device, old.Inode) == (existing.Device, existing.Inode))
            return TransferOutcome.Unchanged;
        if (rules.DryRun)
            return TransferOutcome.WouldTransfer;
        FileName made = TemporaryName.Create();
        parent.MakeHardLink(folder, first.Name, made);
        Place(parent, made, name);
        return TransferOutcome.Transferred;
    }

    private TransferOutcome? Compare(Folder parent, FileName name, EntryRecord entry, FileEntry? old)
    {
        if (old?.Kind == EntryKind.File && !entry.IsStream && old.Size == entry.Size && HasSameContent(parent, name, entry, old))
        {
            if (!rules.DryRun && old.Mode != entry.Mode)
                parent.SetMode(name, entry.Mode);
            return TransferOutcome.Unchanged;
        }

        return rules.DryRun ? TransferOutcome.WouldTransfer : null;
    }

    private bool HasSameContent(Folder parent, FileName name, EntryRecord entry, FileEntry old)
    {
        if (!rules.Checksum)
            return old.Modified == TimeOf(entry);
        using OpenedFile file = parent.OpenRead(name);
        return FileDigest.ChecksumOf(file) == entry.Digest;
    }

    private void SetOwner(Folder parent, FileName name, EntryRecord entry)
    {
        (uint? user, uint? group) = OwnerOf(entry);
        if (user is null && group is null)
            return;
        FileEntry now = parent.Stat(name);
        if ((user ?? now.User) != now.User || (group ?? now.Group) != now.Group)
            parent.SetOwner(name, user ?? uint.MaxValue, group ?? uint.MaxValue);
    }

    // The old one is replaced in one step. What was made is removed if that fails.
    private void Place(Folder parent, FileName made, FileName name)
    {
        try
        {
            target.Quota.Free(parent, name, () => parent.Rename(made, parent, name));
        }
        catch (FileException)
        {
            parent.Remove(made);
            throw;
        }
    }
}
