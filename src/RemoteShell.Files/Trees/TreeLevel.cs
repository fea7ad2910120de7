using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;

namespace RemoteShell.Files.Trees;

/// <summary>A folder whose entries a walk is reading.</summary>
internal sealed class TreeLevel(RelativePath path, Folder folder, FileEntry self, IReadOnlyList<FileName> names)
{
    private int _next;

    public RelativePath Path { get; } = path;

    /// <summary>The open folder; null while it is closed because the walk is much deeper.</summary>
    public Folder? Folder { get; set; } = folder;

    /// <summary>The metadata when the folder was opened.</summary>
    public FileEntry Self { get; } = self;

    /// <summary>Whether everything so far was read.</summary>
    public bool IsComplete { get; set; } = true;

    public bool IsAtEnd => _next == names.Count;

    public FileName TakeNext() => names[_next++];

    /// <summary>Gives up the entries that are left.</summary>
    public void SkipRest()
    {
        _next = names.Count;
        IsComplete = false;
    }
}
