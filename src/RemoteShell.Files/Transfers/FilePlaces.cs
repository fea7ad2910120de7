using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;

namespace RemoteShell.Files.Transfers;

/// <summary>Finds the places of the files and links of a transfer.</summary>
/// <remarks>
/// Where links are followed, no two of them get the same place, and no link is followed that this transfer has made: a sender could lead
/// files to any place with it. For that, each file and each link is remembered. Below a root, the kernel follows the links in the middle
/// of the way, and keeps them inside.
/// </remarks>
/// <param name="target">Where the files go.</param>
internal sealed class FilePlaces(TransferTarget target)
{
    private readonly Dictionary<(ulong Device, ulong Folder, FileName Name), string> _taken = [];
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly HashSet<(ulong Device, ulong Inode)> _links = [];

    /// <summary>Opens the place of a file. The caller disposes it.</summary>
    /// <exception cref="FileException">
    /// It cannot be opened, another file of the transfer has it, or a link there leads to something that the file must not replace.
    /// </exception>
    public EntryPlace Locate(RelativePath path)
    {
        EntryPlace place = LocateItself(path);
        return target.LinkRoot is { } root ? Taken(Followed(root, place, path), path) : place;
    }

    /// <summary>Opens the place of a file that may have come before, to give it a second name. The caller disposes it.</summary>
    /// <exception cref="FileException">It cannot be opened.</exception>
    public EntryPlace LocateFirst(RelativePath path) => _paths.Contains(path.Escaped) ? Locate(path) : LocateItself(path);

    /// <summary>Opens the place of a link, or of a second name of a file. The caller disposes it.</summary>
    /// <exception cref="FileException">It cannot be opened, or a file of the transfer has it.</exception>
    public EntryPlace LocateLink(RelativePath path)
        => target.LinkRoot is null ? LocateItself(path) : Taken(LocateItself(path), path);

    /// <summary>Opens the place of a folder. The caller disposes it.</summary>
    /// <exception cref="FileException">The folder above cannot be opened.</exception>
    public EntryPlace LocateItself(RelativePath path) => new(target.Base.OpenFolder(path.Parent), path.Name);

    /// <summary>Notes a link that this transfer has made.</summary>
    public void NoteLink(Folder parent, FileName name)
    {
        if (target.LinkRoot is not null && parent.TryStat(name) is { } link)
            _links.Add((link.Device, link.Inode));
    }

    private bool IsOld(FileEntry link) => !_links.Contains((link.Device, link.Inode));

    // The place itself, or in its stead that to which a link there leads. Closes it on failure.
    private EntryPlace Followed(FileRoot root, EntryPlace place, RelativePath path)
    {
        try
        {
            if (place.Parent.TryStat(path.Name) is not { Kind: EntryKind.Link } link || !IsOld(link))
                return place;
            EntryPlace followed = Follow(root, place, path);
            place.Dispose();
            return followed;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    private EntryPlace Follow(FileRoot root, EntryPlace link, RelativePath path)
    {
        EntryPlace place = Resolve(root, link)
            ?? throw new FileException(FileFault.IsFolder, path.Escaped, "the link of this name leads to a folder");
        try
        {
            foreach (IEntryBounds bounds in target.LinkBounds)
                bounds.RequireEntry(place.Parent, place.Name);
            if (place.Parent.TryStat(place.Name) is null)
                throw new FileException(FileFault.NotFound, path.Escaped, "the link of this name leads to nothing");
            target.Quota.RequireOrdinary(place.Name, path.Escaped);
            return place;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    // Below a root, the kernel keeps every link inside.
    private EntryPlace? Resolve(FileRoot root, EntryPlace link)
    {
        if (!root.IsBounded)
            return LinkWalk.Follow(link.Parent, link.Name, IsOld);
        using FileLocation located = root.LocateEntry(link.Parent, link.Name), file = located.LocateTarget();
        return file.Name is { } name ? new(file.Parent.Duplicate(), name) : null;
    }

    // Closes the place if another entry has it.
    private EntryPlace Taken(EntryPlace place, RelativePath path)
    {
        try
        {
            FileEntry folder = place.Parent.Self();
            string other = _taken.GetValueOrDefault((folder.Device, folder.Inode, place.Name), path.Escaped);
            if (other != path.Escaped)
                throw new FileException(FileFault.Exists, path.Escaped, $"it is the same file as {other}, by a link");
            _taken[(folder.Device, folder.Inode, place.Name)] = path.Escaped;
            _paths.Add(path.Escaped);
            return place;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }
}
