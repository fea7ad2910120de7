using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;

namespace RemoteShell.Files.Transfers;

/// <summary>One of the paths that a transfer sends.</summary>
/// <param name="Parent">The folder in which it is; for <c>DIR/.</c> the folder itself. The owner disposes it.</param>
/// <param name="Name">Its name there; null: the content of <paramref name="Parent"/> is sent.</param>
/// <param name="SentAs">The name that the receiver gets; null for content.</param>
internal sealed record TransferSource(Folder Parent, FileName? Name, FileName? SentAs) : IDisposable
{
    /// <summary>Opens a path.</summary>
    /// <param name="root">Where the path begins.</param>
    /// <param name="path">The path. If its last part is <c>.</c> or <c>..</c>, the content of that folder is meant.</param>
    /// <param name="followsLink">Whether a link is replaced by what it points to; with a slash at its end it always is.</param>
    /// <exception cref="FileException">The path does not exist, or cannot be opened.</exception>
    public static TransferSource Open(FileRoot root, ReadOnlySpan<byte> path, bool followsLink)
    {
        ReadOnlySpan<byte> trimmed = path.TrimEnd((byte)'/');
        ReadOnlySpan<byte> last = trimmed[(trimmed.LastIndexOf((byte)'/') + 1)..];
        if (last.SequenceEqual("."u8) || last.SequenceEqual(".."u8))
            return new(root.OpenFolder(path), null, null);
        using FileLocation location = root.Locate(path);
        if (location.Name is not { } name)
            return new(location.OpenFolder(), null, null);
        FileEntry entry = location.TryStat() ?? throw new FileException(FileFault.NotFound, location.Text);
        if (entry.Kind == EntryKind.File && path.EndsWith("/"u8))
            throw new FileException(FileFault.NotFolder, location.Text);
        if (entry.Kind != EntryKind.Link || !(followsLink || path.EndsWith("/"u8)))
            return new(location.Parent.Duplicate(), name, name);
        using FileLocation target = location.LocateTarget();
        if (target.TryStat() is null)
            throw new FileException(FileFault.NotFound, location.Text);
        return target.Name is { } real ? new(target.Parent.Duplicate(), real, name) : new(target.OpenFolder(), null, name);
    }

    /// <summary>Closes the folder.</summary>
    public void Dispose() => Parent.Dispose();
}
