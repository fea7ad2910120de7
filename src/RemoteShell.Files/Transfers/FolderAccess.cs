using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Transfers;

/// <summary>Lets this process change a folder that its owner has made read-only, as long as the transfer changes it.</summary>
internal static class FolderAccess
{
    private const uint Root = 0;

    private const int OwnerAll = 0x1C0;

    /// <summary>Gives the owner all rights, if that is this process. The end of the folder sets the mode that it shall have.</summary>
    /// <exception cref="FileException">The mode cannot be set.</exception>
    public static void Open(Folder parent, FileName name, FileEntry folder)
    {
        uint user = FileCalls.User();
        if (user != Root && user == folder.User && (folder.Mode & OwnerAll) != OwnerAll)
            parent.SetMode(name, folder.Mode | OwnerAll);
    }
}
