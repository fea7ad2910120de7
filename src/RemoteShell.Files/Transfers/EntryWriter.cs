using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Partials;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>Makes folders and links at the target, and finds what is there already.</summary>
/// <param name="rules">What is done, and how.</param>
/// <param name="target">Where it goes.</param>
/// <param name="places">Where its files go.</param>
internal sealed class EntryWriter(TransferRules rules, TransferTarget target, FilePlaces places)
{
    // Until a folder is complete, its owner must be able to write into it.
    private const int OwnerAll = 0x1C0;

    private readonly EntryMetadata _metadata = new(rules);

    // In a dry run with hard links: the files that would be transferred.
    private readonly HashSet<string> _planned = new(StringComparer.Ordinal);

    /// <summary>Does what is to be done at once; null: the content is needed.</summary>
    /// <exception cref="FileException">It cannot be done.</exception>
    public EntryDecision? Decide(EntryRecord entry, EntryKind kind, RelativePath path, CancellationToken cancellationToken)
    {
        if (path.IsEmpty && kind != EntryKind.Folder)
            throw new FileException(FileFault.IsFolder, entry.Path, "the target is a folder, and the source is not");
        if (path.IsEmpty)
            return new(TransferOutcome.Unchanged);
        if (target.IsNewFolder && path.Depth == 1 && kind != EntryKind.Folder)
            throw new FileException(FileFault.NotFound, path.Escaped, "there is no folder of this name, and the source is not a folder");
        target.Quota.RequireOrdinary(path.Name, path.Escaped);
        using EntryPlace place = kind switch
        {
            EntryKind.Folder => places.LocateItself(path),
            EntryKind.File when entry.SameAs is null => places.Locate(path),
            _ => places.LocateLink(path),
        };
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
            EntryKind.File when entry.SameAs is not null => MakeHardLink(parent, name, entry, old, path),
            EntryKind.File => Compare(place, entry, old, path, cancellationToken),
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
        places.NoteLink(parent, name);
        return new(TransferOutcome.Transferred) { Unset = _metadata.SetLink(parent, name, entry) };
    }

    private EntryDecision MakeHardLink(Folder parent, FileName name, EntryRecord entry, FileEntry? old, RelativePath path)
    {
        RelativePath first = target.Place(RecordText.ToPath(entry.SameAs!));
        if (first.IsEmpty)
            throw new RecordException($"'{entry.Path}' is said to be the same file as the target folder");
        target.Quota.RequireOrdinary(first.Name, first.Escaped);
        if (rules.DryRun && !IsThere(first))
            return Plan(path);
        using EntryPlace place = places.LocateFirst(first);
        FileEntry existing = place.Parent.Stat(place.Name);
        if (existing.Kind != EntryKind.File)
            throw new FileException(FileFault.Changed, path.Escaped, $"{first.Escaped}, its other name, is not a file");
        if (old is not null && old.IsSameFile(existing))
            return new(TransferOutcome.Unchanged);
        if (rules.DryRun)
            return Plan(path);
        FileName made = TemporaryName.Create();
        parent.MakeHardLink(place.Parent, place.Name, made);
        Place(parent, made, name);
        return new(TransferOutcome.Transferred);
    }

    // Whether a file is at the target that would stay.
    private bool IsThere(RelativePath path)
    {
        try
        {
            using EntryPlace place = places.LocateFirst(path);
            return !_planned.Contains(path.Escaped) && place.Parent.TryStat(place.Name) is not null;
        }
        catch (FileException e) when (e.Fault == FileFault.NotFound)
        {
            return false;
        }
    }

    private EntryDecision Plan(RelativePath path)
    {
        if (rules.HardLinks)
            _planned.Add(path.Escaped);
        return new(TransferOutcome.WouldTransfer);
    }

    private EntryDecision? Compare(
        EntryPlace place, EntryRecord entry, FileEntry? old, RelativePath path, CancellationToken cancellationToken)
    {
        (Folder parent, FileName name) = place;
        bool mayBeSame = old?.Kind == EntryKind.File && !entry.IsStream && old.Size == entry.Size;
        if (mayBeSame && HasSameContent(place, entry, old!, cancellationToken))
        {
            return rules.DryRun
                ? PlanMetadata(parent, name, entry, old!)
                : new(TransferOutcome.Unchanged) { Unset = _metadata.SetFile(parent, name, entry) };
        }

        return rules.DryRun ? Plan(path) : null;
    }

    private EntryDecision PlanMetadata(Folder parent, FileName name, EntryRecord entry, FileEntry old)
    {
        MetadataPlan plan = _metadata.PlanOf(parent, name, entry, old);
        return new(plan.ToSet is null ? TransferOutcome.Unchanged : TransferOutcome.WouldSet) { ToSet = plan.ToSet, Unset = plan.Unset };
    }

    private bool HasSameContent(EntryPlace place, EntryRecord entry, FileEntry old, CancellationToken cancellationToken)
    {
        if (!rules.Checksum)
            return old.Modified == EntryMetadata.TimeOf(entry);
        using OpenedFile file = place.Parent.OpenRead(place.Name);
        return entry.Digest is { } digest && FileDigest.IsOf(file, digest, cancellationToken);
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
