using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>An entry that the receiver knows, and whose outcome the sender does not know.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Path">Its path below the folder of the source.</param>
/// <param name="Entry">What was found there.</param>
/// <param name="Record">What the receiver was told.</param>
internal sealed record OfferedEntry(TransferSource Source, RelativePath Path, FileEntry Entry, EntryRecord Record)
{
    private long _moved;
    private long _sent;

    /// <summary>The absolute path, escaped.</summary>
    public string FullPath => Folder.Join(Source.Parent.FullPath, Path.Escaped);

    /// <summary>Whether the receiver has asked for the content. Used by the task that reads from it.</summary>
    public bool IsWanted { get; set; }

    /// <summary>Whether its content was begun to be sent. Used by the task that sends.</summary>
    public bool IsBegun { get; set; }

    /// <summary>The bytes of a file that were sent. Used by several threads.</summary>
    public long Sent
    {
        get => Volatile.Read(ref _sent);
        set => Volatile.Write(ref _sent, value);
    }

    /// <summary>The bytes of a file that the receiver had, or that were sent. Used by several threads.</summary>
    public long Moved
    {
        get => Volatile.Read(ref _moved);
        set => Volatile.Write(ref _moved, value);
    }
}
