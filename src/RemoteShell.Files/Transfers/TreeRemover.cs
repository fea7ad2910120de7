using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Quotas;

namespace RemoteShell.Files.Transfers;

/// <summary>Deletes a file, or a folder with all that is in it. Links are deleted and not followed.</summary>
internal static class TreeRemover
{
    /// <summary>Deletes it, and gives its content back to a quota.</summary>
    /// <exception cref="FileException">A part cannot be deleted; the rest of its folder stays.</exception>
    public static void Remove(Folder parent, FileName name, ContentQuota quota)
    {
        if (parent.Stat(name).Kind != EntryKind.Folder)
        {
            quota.Free(parent, name, () => parent.Remove(name));
            return;
        }

        using (Folder folder = parent.OpenFolder(name))
        {
            foreach (FileName inner in folder.List())
                Remove(folder, inner, quota);
        }

        parent.RemoveFolder(name);
    }
}
