using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Quotas;

namespace RemoteShell.Files.Transfers;

/// <summary>Deletes a file, or a folder with all that is in it. Links are deleted and not followed.</summary>
internal static class TreeRemover
{
    /// <summary>Deletes it, and gives its content back to a quota.</summary>
    /// <exception cref="FileException">A part cannot be deleted; the rest of its folder stays.</exception>
    public static void Remove(Folder parent, FileName name, ContentQuota quota) => Remove(parent, name, quota, (_, _, _) => { });

    /// <summary>Deletes it, and gives its content back to a quota.</summary>
    /// <param name="parent">The folder that it is in.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="quota">The quota.</param>
    /// <param name="prepare">Called for each folder before what is in it is deleted.</param>
    /// <exception cref="FileException">A part cannot be deleted; the rest of its folder stays.</exception>
    public static void Remove(Folder parent, FileName name, ContentQuota quota, Action<Folder, FileName, FileEntry> prepare)
    {
        FileEntry entry = parent.Stat(name);
        if (entry.Kind != EntryKind.Folder)
        {
            quota.Free(parent, name, () => parent.Remove(name));
            return;
        }

        prepare(parent, name, entry);
        using (Folder folder = parent.OpenFolder(name))
        {
            // In order, so that what is made meanwhile does not keep this going.
            foreach (FileName inner in folder.ReadSorted())
                Remove(folder, inner, quota, prepare);
        }

        parent.RemoveFolder(name);
    }
}
