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

    private readonly EntryMetadata _metadata = new(rules);

    /// <summary>Does what is to be done at once; null: the content is needed.</summary>
    /// <exception cref="FileException">It cannot be done.</exception>
    public EntryDecision? Decide(EntryRecord entry, EntryKind kind, RelativePath path)
    {
        if (path.IsEmpty && kind != EntryKind.Folder)
            throw new FileException(FileFault.IsFolder, entry.Path, "the target is a folder, and the source is not");
        if (path.IsEmpty)
            return new(TransferOutcome.Unchanged);
        if (target.IsNewFolder && path.Depth == 1 && kind != EntryKind.Folder)
            throw new FileException(FileFault.NotFound, path.Escaped, "there is no folder of this name, and the source is not a folder");
        target.Quota.RequireOrdinary(path.Name, path.Escaped);
        bool isContent = kind == EntryKind.File && entry.SameAs is null;
        using EntryPlace place = isContent ? target.LocateFile(path) : new(target.Base.OpenFolder(path.Parent), path.Name);
        (Folder parent, FileName name) = place;
        FileEntry? old = parent.TryStat(name);
        if (old?.Kind == EntryKind.Folder && kind != EntryKind.Folder)
            throw new FileException(FileFault.IsFolder, path.Escaped, "a folder of this name is in the way");
        if (old is { Kind: not (EntryKind.File or EntryKind.Folder or EntryKind.Link) })
            throw new FileException(FileFault.NotRegular, path.Escaped, "something that is not a regular file has this name");
        return kind switch
        {
            EntryKind.Folder => MakeFolder(parent, name, entry, old),
            EntryKind.Link => MakeLink(parent, name, entry, old),
            EntryKind.File when entry.SameAs is not null => MakeHardLink(parent, name, entry, old),
            EntryKind.File => Compare(parent, name, entry, old),
            _ => throw new RecordException($"an entry of the kind {kind}"),
        };
    }

    /// <summary>Sets mode, owner, attributes and time of a folder in which nothing changes any more.</summary>
    /// <exception cref="FileException">One that is not as it should be cannot be set.</exception>
    public FolderEnd EndFolder(EntryRecord entry, RelativePath path)
    {
        // The target itself, such as the home folder, keeps its mode and its owner.
        if (rules.DryRun || path.IsEmpty)
            return FolderEnd.Done;
        using Folder parent = target.Base.OpenFolder(path.Parent);
        return new() { Unset = _metadata.SetFolder(parent, path.Name, entry) };
    }

    private EntryDecision MakeFolder(Folder parent, FileName name, EntryRecord entry, FileEntry? old)
    {
        if (old is { Kind: not EntryKind.Folder })
            throw new FileException(FileFault.NotFolder, name.Escaped, "something that is not a folder has this name");
        if (rules.DryRun)
            return old is null ? new(TransferOutcome.WouldTransfer) : PlanMetadata(parent, name, entry, old);
        if (old is not null)
        {
            FolderAccess.Open(parent, name, old);
            RemoveStale(parent, name);
            return new(TransferOutcome.Unchanged);
        }

        parent.MakeFolder(name, OwnerAll | (entry.Mode & 0x1FF));
        return new(TransferOutcome.Transferred);
    }

    // The folder may be one that cannot be read, but written.
    private void RemoveStale(Folder parent, FileName name)
    {
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

    private EntryDecision MakeLink(Folder parent, FileName name, EntryRecord entry, FileEntry? old)
    {
        byte[] points = RecordText.ToBytes(entry.Target ?? throw new RecordException("a link without a target"));
        if (old?.Kind == EntryKind.Link && parent.ReadLink(name).AsSpan().SequenceEqual(points))
        {
            return rules.DryRun
                ? PlanMetadata(parent, name, entry, old)
                : new(TransferOutcome.Unchanged) { Unset = _metadata.SetLink(parent, name, entry) };
        }

        if (rules.DryRun)
            return new(TransferOutcome.WouldTransfer);
        FileName made = TemporaryName.Create();
        parent.MakeLink(made, points);
        Place(parent, made, name);
        return new(TransferOutcome.Transferred) { Unset = _metadata.SetLink(parent, name, entry) };
    }

    private EntryDecision MakeHardLink(Folder parent, FileName name, EntryRecord entry, FileEntry? old)
    {
        RelativePath first = target.Place(RecordText.ToPath(entry.SameAs!));
        target.Quota.RequireOrdinary(first.Name, first.Escaped);
        using EntryPlace place = target.LocateFile(first);
        FileEntry existing = place.Parent.Stat(place.Name);
        if (old is not null && (old.Device, old.Inode) == (existing.Device, existing.Inode))
            return new(TransferOutcome.Unchanged);
        if (rules.DryRun)
            return new(TransferOutcome.WouldTransfer);
        FileName made = TemporaryName.Create();
        parent.MakeHardLink(place.Parent, place.Name, made);
        Place(parent, made, name);
        return new(TransferOutcome.Transferred);
    }

    private EntryDecision? Compare(Folder parent, FileName name, EntryRecord entry, FileEntry? old)
    {
        if (old?.Kind == EntryKind.File && !entry.IsStream && old.Size == entry.Size && HasSameContent(parent, name, entry, old))
        {
            return rules.DryRun
                ? PlanMetadata(parent, name, entry, old)
                : new(TransferOutcome.Unchanged) { Unset = _metadata.SetFile(parent, name, entry) };
        }

        return rules.DryRun ? new(TransferOutcome.WouldTransfer) : null;
    }

    private EntryDecision PlanMetadata(Folder parent, FileName name, EntryRecord entry, FileEntry old)
        => _metadata.DifferenceOf(parent, name, entry, old) is { } different
            ? new(TransferOutcome.WouldSet) { Reason = different }
            : new(TransferOutcome.Unchanged);

    private bool HasSameContent(Folder parent, FileName name, EntryRecord entry, FileEntry old)
    {
        if (!rules.Checksum)
            return old.Modified == EntryMetadata.TimeOf(entry);
        using OpenedFile file = parent.OpenRead(name);
        return entry.Digest is { } digest && FileDigest.IsOf(file, digest);
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
