using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;

namespace RemoteShell.Files.Transfers;

/// <summary>Decides which entries an operation may use. It is asked about what is open, so no link leads around it.</summary>
/// <remarks>Each method throws <see cref="FileException"/> if the entry may not be used.</remarks>
internal interface IEntryBounds
{
    /// <summary>Requires an entry itself.</summary>
    /// <param name="parent">The open folder that contains it.</param>
    /// <param name="name">Its name; null: the folder itself.</param>
    void RequireEntry(Folder parent, FileName? name);

    /// <summary>Requires the names in a folder.</summary>
    void RequireNames(Folder folder);

    /// <summary>Requires an entry and all below it.</summary>
    /// <param name="parent">The open folder that contains it.</param>
    /// <param name="name">Its name; null: the folder itself.</param>
    void RequireTree(Folder parent, FileName? name);
}
