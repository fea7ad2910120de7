using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;

namespace RemoteShell.Files.Trees;

/// <summary>A folder whose entries a walk is reading.</summary>
/// <remarks>Its names are read in parts, so that memory does not grow with their number.</remarks>
internal sealed class TreeLevel(RelativePath path, Folder folder, FileEntry self)
{
    private IReadOnlyList<FileName> _names = [];
    private int _next;
    private FileName? _last;
    private bool _areAllRead;

    public RelativePath Path { get; } = path;

    /// <summary>The open folder; null while it is closed because the walk is much deeper.</summary>
    public Folder? Folder { get; private set; } = folder;

    /// <summary>The metadata when the folder was opened.</summary>
    public FileEntry Self { get; } = self;

    /// <summary>Whether everything so far was read.</summary>
    public bool IsComplete { get; set; } = true;

    /// <summary>Whether no entry is left.</summary>
    public bool IsAtEnd => _next == _names.Count && _areAllRead;

    /// <summary>Whether the next names must be read first.</summary>
    public bool NeedsNames => _next == _names.Count && !_areAllRead;

    /// <summary>Reads the next names. The folder is open.</summary>
    /// <exception cref="FileException">The folder cannot be read.</exception>
    public void ReadNames()
    {
        _names = Folder!.ListAfter(_last, Folder.MostNames);
        _next = 0;
        _areAllRead = _names.Count < Folder.MostNames;
    }

    public FileName TakeNext()
    {
        FileName name = _names[_next++];
        _last = name;
        return name;
    }

    /// <summary>Forgets names while the walk is in a folder below, so that at most twice as many stay. What is cut is read again.</summary>
    /// <param name="most">The most names that are left to take.</param>
    public void KeepNext(int most)
    {
        bool isCut = _names.Count - _next > most;
        // Those that were taken are forgotten too, but not each time one was.
        if (isCut || _next > most)
            (_names, _next, _areAllRead) = ([.. _names.Skip(_next).Take(most)], 0, _areAllRead && !isCut);
    }

    /// <summary>Closes the folder, and forgets all names but the next ones, until <see cref="Reopen"/>.</summary>
    public void Close(int most)
    {
        Folder?.Dispose();
        Folder = null;
        KeepNext(most);
    }

    /// <summary>Goes on with the folder, which is opened again.</summary>
    public void Reopen(Folder folder) => Folder = folder;

    /// <summary>Gives up the entries that are left.</summary>
    public void SkipRest()
    {
        (_names, _next, _areAllRead) = ([], 0, true);
        IsComplete = false;
    }
}
