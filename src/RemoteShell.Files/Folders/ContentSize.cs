using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Names;

namespace RemoteShell.Files.Folders;

/// <summary>Measures the content of files: their bytes without holes.</summary>
internal static class ContentSize
{
    // The unit of FileEntry.BlocksOnDisk, in bytes.
    private const long Block = 512;

    /// <summary>The content of an open file, in bytes. The offset of its descriptor changes.</summary>
    /// <exception cref="FileException">The file system refuses.</exception>
    public static long Of(SafeFileHandle file, string text)
    {
        long total = 0;
        for (long at = 0; FileReads.NextData(file, at, text) is { } data; at = data.End)
            total += data.End - data.Start;
        return total;
    }

    /// <summary>The content that no name has any more once this name is removed or replaced, in bytes.</summary>
    /// <returns>0 if there is no file of this name, or if the file has other names.</returns>
    /// <exception cref="FileException">The file system refuses.</exception>
    public static long FreedBy(Folder parent, FileName name)
    {
        if (parent.TryStat(name) is not { Kind: EntryKind.File, Links: 1 } entry)
            return 0;
        try
        {
            using OpenedFile file = parent.OpenRead(name);
            return Of(file.Handle, parent.TextOf(name));
        }
        catch (FileException e) when (e.Fault == FileFault.Denied)
        {
            return Math.Min(entry.Size, entry.BlocksOnDisk * Block);
        }
    }

    /// <summary>About how many bytes of a file are holes; 0 if it has none.</summary>
    public static long HolesOf(FileEntry entry) => Math.Max(0, entry.Size - (entry.BlocksOnDisk * Block));
}
