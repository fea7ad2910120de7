using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;

namespace RemoteShell.Files.Trees;

/// <summary>Walks a tree: depth first, sorted by the bytes of the names, without following links.</summary>
/// <remarks>
/// At most 33 folders are open at once; a deeper walk closes the upper ones and opens them again by their paths. Memory holds the next
/// 32,768 names of the deepest folder (65,536 while they are read), at most 4,096 of each other open one, and 256 of each closed one.
/// </remarks>
public sealed class TreeWalker
{
    private const int MaxOpen = 32;

    // Of a folder, while the walk is below it. More would save readings of large folders whose entries are folders.
    private const int NamesAbove = 2048;

    // Of a folder that is closed because the walk is much deeper.
    private const int NamesFarAbove = 128;

    private readonly TreeFilter _filter;

    /// <summary>Creates a walker.</summary>
    /// <param name="filter">Which entries are left out, with all that is below them.</param>
    public TreeWalker(TreeFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        _filter = filter;
    }

    /// <summary>Walks the tree below a folder, which stays open and belongs to the caller.</summary>
    /// <returns>
    /// The items. A folder comes before its entries, and <see cref="TreeItemKind.EndOfFolder"/> after them. The top itself has only that.
    /// </returns>
    public IEnumerable<TreeItem> Walk(Folder top)
    {
        ArgumentNullException.ThrowIfNull(top);
        return Items(top);
    }

    private IEnumerable<TreeItem> Items(Folder top)
    {
        var levels = new List<TreeLevel>();
        try
        {
            if (Open(RelativePath.Empty, levels, top.Duplicate) is { } failure)
            {
                yield return Fault(RelativePath.Empty, failure) with { IsFolder = true };
                yield return End(RelativePath.Empty, isComplete: false);
                yield break;
            }

            while (levels.Count > 0)
            {
                TreeLevel level = levels[^1];
                if (level.IsAtEnd)
                {
                    yield return Leave(levels);
                    continue;
                }

                if (Prepare(top, level) is { } lost)
                {
                    yield return Fault(level.Path, lost) with { IsFolder = true };
                    continue;
                }

                if (level.IsAtEnd)
                    continue;
                foreach (TreeItem item in Read(level, levels))
                    yield return item;
            }
        }
        finally
        {
            foreach (TreeLevel level in levels)
                level.Folder?.Dispose();
        }
    }

    private static TreeItem Fault(RelativePath path, FileException fault)
        => new() { Kind = TreeItemKind.Fault, Path = path, Fault = fault };

    private static TreeItem End(RelativePath path, bool isComplete)
        => new() { Kind = TreeItemKind.EndOfFolder, Path = path, IsComplete = isComplete };

    // Ends the deepest level.
    private static TreeItem Leave(List<TreeLevel> levels)
    {
        TreeLevel level = levels[^1];
        level.Folder?.Dispose();
        levels.RemoveAt(levels.Count - 1);
        if (levels.Count > 0)
            levels[^1].IsComplete &= level.IsComplete;
        return End(level.Path, level.IsComplete);
    }

    // Opens a folder and reads its first names. Returns the failure.
    private static FileException? Open(RelativePath path, List<TreeLevel> levels, Func<Folder> open)
    {
        Folder? folder = null;
        try
        {
            folder = open();
            var level = new TreeLevel(path, folder, folder.Self());
            if (levels.Count > 0)
                levels[^1].KeepNext(NamesAbove);
            level.ReadNames();
            levels.Add(level);
        }
        catch (FileException e)
        {
            folder?.Dispose();
            return e;
        }

        if (levels.Count > MaxOpen)
            levels[^(MaxOpen + 1)].Close(NamesFarAbove);
        return null;
    }

    // Opens a level again that was closed, and reads its next names. If it cannot be read any more, the level ends.
    private static FileException? Prepare(Folder top, TreeLevel level)
    {
        try
        {
            if (level.Folder is null)
                level.Reopen(OpenSame(top, level));
            if (level.NeedsNames)
                level.ReadNames();
            return null;
        }
        catch (FileException e)
        {
            level.SkipRest();
            return e;
        }
    }

    // Another folder may have the path by now.
    private static Folder OpenSame(Folder top, TreeLevel level)
    {
        Folder folder = top.OpenFolder(level.Path);
        try
        {
            return folder.Self().IsSameFile(level.Self) ? folder : throw new FileException(FileFault.Changed, folder.Text);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    // Reads the next entry of a level, and enters it if it is a folder.
    private IEnumerable<TreeItem> Read(TreeLevel level, List<TreeLevel> levels)
    {
        FileName name = level.TakeNext();
        RelativePath path = level.Path.Append(name);
        TreeItem item = ReadEntry(level.Folder!, name, path);
        if (_filter.ExcludesItself(path, item.Entry?.Kind == EntryKind.Folder))
            yield break;
        level.IsComplete &= item.Fault is null;
        yield return item;
        if (item.Entry?.Kind != EntryKind.Folder)
            yield break;
        Folder parent = level.Folder!;
        if (Open(path, levels, () => parent.OpenFolder(name)) is { } failure)
        {
            level.IsComplete = false;
            yield return Fault(path, failure) with { IsFolder = true };
            yield return End(path, isComplete: false);
        }
    }

    private static TreeItem ReadEntry(Folder folder, FileName name, RelativePath path)
    {
        try
        {
            FileEntry entry = folder.Stat(name);
            byte[]? target = entry.Kind == EntryKind.Link ? folder.ReadLink(name) : null;
            return new() { Kind = TreeItemKind.Entry, Path = path, Entry = entry, LinkTarget = target };
        }
        catch (FileException e)
        {
            return Fault(path, e);
        }
    }
}
