using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Quotas;
using RemoteShell.Files.Transfers.Records;
using RemoteShell.Files.Trees;

namespace RemoteShell.Files.Transfers;

/// <summary>Operations on the files of a server: each is one question and one answer.</summary>
internal static class FileOperations
{
    /// <summary>Whether an operation changes something.</summary>
    public static bool Writes(OperationRecord operation) => operation.Operation is not ("list" or "stat");

    /// <summary>Does it, and tells the result: entries, then an <see cref="EndRecord"/>.</summary>
    /// <param name="root">Where the paths begin.</param>
    /// <param name="operation">What to do.</param>
    /// <param name="bounds">What may be used.</param>
    /// <param name="quota">Gets back the content of what is removed or replaced.</param>
    /// <param name="writer">To the client.</param>
    /// <param name="cancellationToken">Stops writing to the client.</param>
    /// <exception cref="FileException">It cannot be done.</exception>
    public static async Task RunAsync(
        FileRoot root,
        OperationRecord operation,
        IEntryBounds bounds,
        ContentQuota quota,
        RecordWriter writer,
        CancellationToken cancellationToken)
    {
        byte[] path = RecordText.ToBytes(operation.Path);
        switch (operation.Operation)
        {
            case "list":
                foreach (TransferRecord found in List(root, path, operation.IsRecursive, bounds))
                    await writer.WriteAsync(found, cancellationToken).ConfigureAwait(false);
                break;
            case "stat":
                await writer.WriteAsync(Stat(root, path, bounds), cancellationToken).ConfigureAwait(false);
                break;
            case "remove":
                Remove(root, path, operation.IsRecursive, bounds, quota);
                break;
            case "rename":
                byte[] to = RecordText.ToBytes(operation.To ?? throw new RecordException("a new name is missing"));
                Rename(root, path, to, bounds, quota);
                break;
            case "make-folder":
                MakeFolder(root, path, operation.IsRecursive, bounds);
                break;
            default:
                throw new RecordException($"the operation '{operation.Operation}'");
        }

        await writer.WriteAsync(new EndRecord(), cancellationToken).ConfigureAwait(false);
    }

    private static IEnumerable<TransferRecord> List(FileRoot root, byte[] path, bool isRecursive, IEntryBounds bounds)
    {
        using FileLocation location = root.Locate(path);
        FileEntry? entry = location.TryStatTarget();
        if (entry is not null)
            RequireFolder(path, location, entry);
        if (location.Name is { } name && entry?.Kind != EntryKind.Folder)
        {
            bounds.RequireEntry(location.Parent, name);
            yield return Describe(name.Escaped, location.TryStat() ?? throw NotFound(location), location.Parent, name);
            yield break;
        }

        using Folder folder = location.OpenFolder();
        if (isRecursive)
        {
            bounds.RequireTree(folder, null);
            foreach (TreeItem item in new TreeWalker(TreeFilter.None).Walk(folder))
            {
                if (item.Kind == TreeItemKind.Fault)
                    yield return new FaultRecord { Path = item.Path.Escaped, Text = item.Fault!.Reason };
                else if (item.Kind == TreeItemKind.Entry)
                    yield return Describe(item.Path.Escaped, item.Entry!, item.LinkTarget);
            }

            yield break;
        }

        bounds.RequireNames(folder);
        foreach (FileName inner in folder.ReadSorted())
        {
            if (folder.TryStat(inner) is { } found)
                yield return Describe(inner.Escaped, found, folder, inner);
        }
    }

    private static EntryRecord Stat(FileRoot root, byte[] path, IEntryBounds bounds)
    {
        using FileLocation location = root.Locate(path);
        bounds.RequireEntry(location.Parent, location.Name);
        if (location.Name is { } name)
        {
            FileEntry entry = location.TryStat() ?? throw NotFound(location);
            RequireFolder(path, location, entry);
            return Describe(name.Escaped, entry, location.Parent, name);
        }

        using Folder folder = location.OpenFolder();
        // A path without a name is shown as it was asked for. The home folder has several such paths.
        string shown = location.Text is "." or "~/" or "./" ? "~" : location.Text;
        return Describe(shown, folder.Self(), null);
    }

    private static void Remove(FileRoot root, byte[] path, bool isRecursive, IEntryBounds bounds, ContentQuota quota)
    {
        using FileLocation location = root.Locate(path);
        if (location.Name is not { } name)
            throw new FileException(FileFault.Denied, location.Text, ReasonWithoutName(path, "deleted"));
        if (isRecursive)
            bounds.RequireTree(location.Parent, name);
        else
            bounds.RequireEntry(location.Parent, name);
        FileEntry entry = location.TryStat() ?? throw NotFound(location);
        RequireFolder(path, location, entry);
        if (entry.Kind == EntryKind.Folder && isRecursive)
            TreeRemover.Remove(location.Parent, name, quota);
        else if (entry.Kind == EntryKind.Folder)
            location.Parent.RemoveFolder(name);
        else
            quota.Free(location.Parent, name, () => location.Parent.Remove(name));
    }

    private static void Rename(FileRoot root, byte[] from, byte[] to, IEntryBounds bounds, ContentQuota quota)
    {
        using FileLocation old = root.Locate(from);
        if (old.Name is not { } name)
            throw new FileException(FileFault.Denied, old.Text, ReasonWithoutName(from, "renamed"));
        bounds.RequireEntry(old.Parent, name);
        RequireFolder(from, old, old.TryStat() ?? throw NotFound(old));
        quota.RequireOrdinary(name, old.Text);
        using TransferTarget target = TransferTarget.Open(root, to, sources: 1, new());
        FileName newName = target.Name ?? name;
        bounds.RequireEntry(target.Base, newName);
        // What is in a folder moves with it.
        if (old.TryStat()?.Kind == EntryKind.Folder)
        {
            bounds.RequireTree(old.Parent, name);
            bounds.RequireTree(target.Base, newName);
        }

        quota.RequireOrdinary(newName, target.Base.TextOf(newName));
        quota.Change(() =>
        {
            FileEntry entry = old.TryStat() ?? throw NotFound(old);
            FileEntry? replaced = target.Base.TryStat(newName);
            // Of two names of the same file, rename(2) may keep both.
            if (replaced is null || replaced.IsSameFile(entry))
                old.Parent.Rename(name, target.Base, newName);
            else
                quota.Free(target.Base, newName, () => old.Parent.Rename(name, target.Base, newName));
        });
    }

    private static void MakeFolder(FileRoot root, byte[] path, bool withParents, IEntryBounds bounds)
    {
        const int allButUmask = 0x1FF;
        for (int end = 1; withParents && end < path.Length; end++)
        {
            if (path[end] == (byte)'/')
                TryMakeFolder(root, path[..end], bounds);
        }

        using FileLocation location = root.Locate(path);
        // A path that ends with "." or ".." names a folder that is there.
        bool isThere = location.Name is null || (withParents && location.TryStatTarget()?.Kind == EntryKind.Folder);
        if (isThere && withParents)
            return;
        FileName name = location.Name ?? throw new FileException(FileFault.Exists, location.Text);
        bounds.RequireEntry(location.Parent, name);
        location.Parent.MakeFolder(name, allButUmask);
    }

    private static void TryMakeFolder(FileRoot root, byte[] path, IEntryBounds bounds)
    {
        const int allButUmask = 0x1FF;
        using FileLocation location = root.Locate(path);
        if (location.Name is not { } name || location.TryStatTarget() is not null)
            return;
        bounds.RequireEntry(location.Parent, name);
        location.Parent.MakeFolder(name, allButUmask);
    }

    private static EntryRecord Describe(string path, FileEntry entry, Folder parent, FileName name)
        => Describe(path, entry, entry.Kind == EntryKind.Link ? parent.ReadLink(name) : null);

    private static EntryRecord Describe(string path, FileEntry entry, byte[]? target) => new()
    {
        Path = path,
        Kind = entry.Kind.ToString(),
        Size = entry.Size,
        Mode = entry.Mode,
        Seconds = entry.Modified.Seconds,
        Nanoseconds = entry.Modified.Nanoseconds,
        Target = target is null ? null : EscapedBytes.Of(target),
        User = OwnerNames.UserOf(entry.User),
        Group = OwnerNames.GroupOf(entry.Group),
    };

    // A slash at the end of a path says that it is a folder. Without this, the file or the link itself would be meant.
    private static void RequireFolder(ReadOnlySpan<byte> path, FileLocation location, FileEntry entry)
    {
        if (!path.EndsWith("/"u8) || entry.Kind == EntryKind.Folder)
            return;
        string reason = entry.Kind == EntryKind.Link
            ? "is a symbolic link, and not a directory; leave out the slash at its end to name the link itself"
            : FileException.ReasonOf(FileFault.NotFolder);
        throw new FileException(FileFault.NotFolder, location.Text, reason);
    }

    private static string ReasonWithoutName(ReadOnlySpan<byte> path, string done)
    {
        ReadOnlySpan<byte> trimmed = path.TrimEnd((byte)'/');
        ReadOnlySpan<byte> last = trimmed[(trimmed.LastIndexOf((byte)'/') + 1)..];
        return last.SequenceEqual("."u8) || last.SequenceEqual(".."u8)
            ? $"a path that ends with '.' or '..' cannot be {done}; give the name of the directory"
            : $"is where all paths begin, and cannot be {done}";
    }

    private static FileException NotFound(FileLocation location) => new(FileFault.NotFound, location.Text);
}
