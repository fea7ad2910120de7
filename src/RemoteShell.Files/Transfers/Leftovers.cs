using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Partials;
using RemoteShell.Files.Transfers.Records;
using RemoteShell.Files.Trees;

namespace RemoteShell.Files.Transfers;

/// <summary>Ends folders, and deletes what they have and the source does not have.</summary>
/// <remarks>Nothing is deleted before everything has arrived, and nothing at all if anything failed.</remarks>
/// <param name="rules">Whether something is deleted, and what is spared.</param>
/// <param name="target">Where the folders are.</param>
internal sealed class Leftovers(TransferRules rules, TransferTarget target)
{
    private readonly TreeFilter _spared = rules.Filter is { } lines ? TreeFilter.Of(lines) : TreeFilter.None;
    private readonly List<(RelativePath Folder, EntryRecord Record, List<RelativePath> Paths)> _found = [];

    /// <summary>Whether something failed.</summary>
    public bool HasFault { get; private set; }

    /// <summary>Notes that something failed: it could not be read, or not be written.</summary>
    public void NoteFault() => HasFault = true;

    /// <summary>Ends a folder that is complete, and notes what it has in addition. </summary>
    public FolderEnd Add(ReceivingFolder folder, EntryWriter entries)
    {
        try
        {
            List<RelativePath> more = folder.Names is { } names ? FindIn(folder.Path, names) : [];
            if (more.Count > 0)
                _found.Add((folder.Path, folder.Record, more));
        }
        catch (FileException e)
        {
            return new() { Fault = $"what is in it cannot be listed: {e.Reason}" };
        }

        return End(folder.Record, folder.Path, entries);
    }

    /// <summary>Deletes what was found, and yields what became of it.</summary>
    public IEnumerable<TransferItem> Delete(EntryWriter entries)
    {
        // In a folder that was begun by an interrupted transfer there may be what was put into it since.
        string? reason = target.IsContinued ? "an interrupted transfer has begun it; -T deletes there" : null;
        reason = HasFault ? "something failed" : reason;
        if (reason is not null)
        {
            foreach ((RelativePath folder, _, List<RelativePath> paths) in _found)
                yield return Spared(folder, paths.Count, reason);
            yield break;
        }

        foreach ((RelativePath folder, EntryRecord record, List<RelativePath> paths) in _found)
        {
            TryOpen(folder);
            foreach (RelativePath path in paths)
            {
                // Below a folder that stays, because something in it is spared.
                if (path.Depth > folder.Depth + 1)
                    TryOpen(path.Parent);
                yield return Delete(path);
            }

            if (End(record, folder, entries).Fault is { } fault)
                yield return new() { Path = folder.Escaped, Outcome = TransferOutcome.Failed, Reason = fault };
        }
    }

    // Its mode is that of the source already, which may be read-only.
    private void TryOpen(RelativePath folder)
    {
        if (rules.DryRun || folder.IsEmpty)
            return;
        try
        {
            using Folder parent = target.Base.OpenFolder(folder.Parent);
            FolderAccess.Open(parent, folder.Name, parent.Stat(folder.Name));
        }
        catch (FileException)
        {
            // What cannot be deleted in it fails, with the reason.
        }
    }

    private static TransferItem Spared(RelativePath folder, int names, string reason) => new()
    {
        Path = folder.Escaped,
        Outcome = TransferOutcome.Skipped,
        Reason = $"nothing is deleted in it ({names} would be), because {reason}",
    };

    // The folder may belong to another user, who lets this one write into it.
    private static FolderEnd End(EntryRecord record, RelativePath path, EntryWriter entries)
    {
        try
        {
            return entries.EndFolder(record, path);
        }
        catch (FileException e)
        {
            return new() { Fault = $"its mode, owner or time cannot be set: {e.Reason}" };
        }
    }

    private List<RelativePath> FindIn(RelativePath path, HashSet<FileName> names)
    {
        using Folder folder = target.Base.OpenFolder(path);
        List<RelativePath> found = [];
        foreach (FileName name in folder.ReadNames().Where(name => !names.Contains(name) && !StalePartials.IsPartialName(name)).Order())
            AddDeletable(folder, path.Append(name), found);
        return found;
    }

    // Adds the path if nothing is spared at it and below it, and else what is not spared below it. Returns whether nothing is spared.
    private bool AddDeletable(Folder parent, RelativePath path, List<RelativePath> found)
    {
        bool isFolder = parent.TryStat(path.Name)?.Kind == EntryKind.Folder;
        if (_spared.Excludes(target.BelowSource(path), isFolder))
            return false;
        List<RelativePath> parts = [];
        if (isFolder && rules.Filter is not null && !IsAllDeletable(parent, path, parts))
        {
            found.AddRange(parts);
            return false;
        }

        found.Add(path);
        return true;
    }

    private bool IsAllDeletable(Folder parent, RelativePath path, List<RelativePath> parts)
    {
        try
        {
            using Folder folder = parent.OpenFolder(path.Name);
            bool isAll = true;
            foreach (FileName name in folder.ReadSorted())
                isAll &= AddDeletable(folder, path.Append(name), parts);
            return isAll;
        }
        catch (FileException)
        {
            // What is in it is not known, so it stays.
            return false;
        }
    }

    private TransferItem Delete(RelativePath path)
    {
        var item = new TransferItem
        {
            Path = path.Escaped,
            Outcome = rules.DryRun ? TransferOutcome.WouldDelete : TransferOutcome.Deleted,
        };
        if (rules.DryRun)
            return item;
        try
        {
            using Folder parent = target.Base.OpenFolder(path.Parent);
            TreeRemover.Remove(parent, path.Name, target.Quota, FolderAccess.Open);
            return item;
        }
        catch (FileException e)
        {
            return item with { Outcome = TransferOutcome.Failed, Reason = e.Reason };
        }
    }
}
