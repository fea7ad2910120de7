using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Partials;
using RemoteShell.Files.Transfers.Records;
using RemoteShell.Files.Trees;

namespace RemoteShell.Files.Transfers;

/// <summary>Ends folders, and deletes what they have and the source does not have.</summary>
/// <remarks>Nothing is deleted before everything has arrived, and nothing at all if anything of the source could not be read.</remarks>
/// <param name="rules">Whether something is deleted, and what is spared.</param>
/// <param name="target">Where the folders are.</param>
internal sealed class Leftovers(TransferRules rules, TransferTarget target)
{
    private readonly TreeFilter _spared = rules.Filter is { } lines ? TreeFilter.Of(lines) : TreeFilter.None;
    private readonly List<(RelativePath Folder, EntryRecord? Record, List<FileName> Names)> _found = [];
    private bool _hasFault;

    /// <summary>Notes that something of the source could not be read.</summary>
    public void NoteFault() => _hasFault = true;

    /// <summary>Ends a folder that is complete, and notes what it has in addition.</summary>
    public void Add(ReceivingFolder folder, EntryWriter entries)
    {
        try
        {
            List<FileName> more = folder.Names is { } names ? FindIn(folder.Path, names) : [];
            if (more.Count > 0)
                _found.Add((folder.Path, folder.Record, more));
            if (folder.Record is { } record)
                entries.EndFolder(record, folder.Path);
        }
        catch (FileException)
        {
            // The folder is there with all its files, and only its own mode or time is not set: it may belong to another user.
        }
    }

    /// <summary>Deletes what was found, and yields what became of it.</summary>
    public IEnumerable<TransferItem> Delete()
    {
        if (_hasFault)
            yield break;
        foreach ((RelativePath folder, EntryRecord? record, List<FileName> names) in _found)
        {
            foreach (FileName name in names)
                yield return Delete(folder.Append(name));
            if (record is not null && !rules.DryRun)
                new EntryWriter(rules, target).EndFolder(record, folder);
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
            TreeRemover.Remove(parent, path.Name);
            return item;
        }
        catch (FileException e)
        {
            return item with { Outcome = TransferOutcome.Failed, Reason = e.Reason };
        }
    }
}
