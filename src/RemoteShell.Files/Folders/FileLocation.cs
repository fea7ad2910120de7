using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Names;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Folders;

/// <summary>A path of a request, whose parent folder is open. What has the name may or may not exist.</summary>
public sealed class FileLocation : IDisposable
{
    private const int MaxLinks = 40;

    private readonly FileRoot _root;
    private readonly RequestPath _path;

    internal FileLocation(FileRoot root, Folder parent, RequestPath path)
    {
        _root = root;
        _path = path;
        Parent = parent;
    }

    /// <summary>The folder that contains the path; the folder itself if there is no name. It is closed with this location.</summary>
    public Folder Parent { get; }

    /// <summary>The last name; null if the path does not end with one, such as <c>/</c>, <c>~</c> and <c>x/..</c>.</summary>
    public FileName? Name => _path.Name;

    /// <summary>The path for messages, escaped, as the request named it.</summary>
    public string Text => _path.Text;

    /// <summary>The absolute path of the entry itself, escaped.</summary>
    internal string FullPath => Name is { } name ? Folder.Join(Parent.FullPath, name.Escaped) : Parent.FullPath;

    /// <summary>Reads the metadata of the entry itself; null only if it does not exist.</summary>
    public FileEntry? TryStat() => Name is { } name ? Parent.TryStat(name) : Parent.Self();

    /// <summary>Reads the metadata of what a link leads to, within the root, or of the entry if it is not a link.</summary>
    /// <returns>The metadata; null only if it does not exist.</returns>
    public FileEntry? TryStatTarget()
    {
        FileEntry? entry = TryStat();
        if (entry is not { Kind: EntryKind.Link })
            return entry;
        try
        {
            using SafeFileHandle target = _root.OpenTarget(this, _path.Whole, FolderOpener.PathFlags);
            return StatReader.Read(target, Text);
        }
        catch (FileException e) when (e.Fault == FileFault.NotFound)
        {
            return null;
        }
    }

    /// <summary>Opens the folder at the path, and follows a link within the root. The caller disposes it.</summary>
    public Folder OpenFolder()
    {
        if (Name is null)
            return Parent.Duplicate();
        return new(_root.OpenTarget(this, _path.Whole, FolderOpener.PathFlags | Flags.Folder), Text);
    }

    /// <summary>Opens the regular file at the path for reading, and follows a link within the root. The caller disposes it.</summary>
    public OpenedFile OpenRead()
    {
        return TryStatTarget()?.Kind switch
        {
            EntryKind.File => OpenedFile.Of(_root.OpenTarget(this, _path.Whole, OpenedFile.ReadFlags), Text),
            EntryKind.Folder => throw new FileException(FileFault.IsFolder, Text),
            null => throw new FileException(FileFault.NotFound, Text),
            _ => throw new FileException(FileFault.NotRegular, Text),
        };
    }

    /// <summary>Locates what a link leads to, within the root, through all links. The caller disposes the location.</summary>
    /// <remarks>What the last link leads to need not exist.</remarks>
    /// <exception cref="FileException">There are too many links, or the target's folder does not exist or is outside.</exception>
    public FileLocation LocateTarget()
    {
        FileLocation location = new(_root, Parent.Duplicate(), _path);
        try
        {
            for (int links = 0; links <= MaxLinks; links++)
            {
                if (location.Name is not { } name || location.TryStat() is not { Kind: EntryKind.Link })
                    return location;
                FileLocation next = _root.LocateTarget(location._path, location.Parent.ReadLink(name));
                location.Dispose();
                location = next;
            }

            throw new FileException(FileFault.LinkLoop, Text);
        }
        catch
        {
            location.Dispose();
            throw;
        }
    }

    /// <summary>Closes the parent folder.</summary>
    public void Dispose() => Parent.Dispose();
}
