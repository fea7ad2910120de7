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
    private readonly List<(RelativePath Folder, EntryRecord Record, List<FileName> Names)> _found = [];
    private bool _hasFault;

    /// <summary>Notes that something failed: it could not be read, or not be written.</summary>
    public void NoteFault() => _hasFault = true;

    /// <summary>Ends a folder that is complete, and notes what it has in addition. Returns why that failed; null: it did not.</summary>
    public string? Add(ReceivingFolder folder, EntryWriter entries)
    {
        try
        {
            List<FileName> more = folder.Names is { } names ? FindIn(folder.Path, names) : [];
            if (more.Count > 0)
                _found.Add((folder.Path, folder.Record, more));
        }
        catch (FileException e)
        {
            return $"what is in it cannot be listed: {e.Reason}";
        }

        return End(folder.Record, folder.Path, entries);
    }

    /// <summary>Deletes what was found, and yields what became of it.</summary>
    public IEnumerable<TransferItem> Delete()
    {
        if (_hasFault)
        {
            foreach ((RelativePath folder, _, List<FileName> names) in _found)
                yield return Spared(folder, names.Count);
            yield break;
        }

        var entries = new EntryWriter(rules, target);
        foreach ((RelativePath folder, EntryRecord record, List<FileName> names) in _found)
        {
            TryOpen(folder);
            foreach (FileName name in names)
                yield return Delete(folder.Append(name));
            if (End(record, folder, entries) is { } fault)
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

    private static TransferItem Spared(RelativePath folder, int names) => new()
    {
        Path = folder.Escaped,
        Outcome = TransferOutcome.Skipped,
        Reason = $"nothing is deleted in it ({names} would be), because something failed",
    };

    // The folder may belong to another user, who lets this one write into it.
    private static string? End(EntryRecord record, RelativePath path, EntryWriter entries)
    {
        try
        {
            entries.EndFolder(record, path);
            return null;
        }
        catch (FileException e)
        {
            return $"its mode, owner or time cannot be set: {e.Reason}";
        }
    }

    private List<FileName> FindIn(RelativePath path, HashSet<FileName> names)
    {
        using Folder folder = target.Base.OpenFolder(path);
        return [.. folder.List().Where(name => !names.Contains(name) && !IsSpared(folder, path, name))];
    }

    private bool IsSpared(Folder folder, RelativePath path, FileName name)
        => StalePartials.IsPartialName(name) || _spared.Excludes(path.Append(name), folder.TryStat(name)?.Kind == EntryKind.Folder);

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
