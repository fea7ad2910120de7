using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;

namespace RemoteShell.Files.Partials;

/// <summary>Finds partial files, and removes old ones.</summary>
public static class StalePartials
{
    /// <summary>Partial files that are older are removed: 7 days.</summary>
    public static TimeSpan Age { get; } = TimeSpan.FromDays(7);

    /// <summary>Whether the name is that of a partial file, or of the record of one.</summary>
    public static bool IsPartialName(FileName name) => PartialName.IsPartial(name) || PartialName.OfRecord(name) is not null;

    /// <summary>Removes the partial files of a folder, and their records, that were not written for this time and are not locked.</summary>
    /// <returns>The content that was removed, in bytes without holes.</returns>
    /// <exception cref="FileException">The folder cannot be read. A file that cannot be removed stays.</exception>
    public static long Remove(Folder folder, TimeSpan olderThan)
    {
        ArgumentNullException.ThrowIfNull(folder);
        HashSet<FileName> partials = [.. folder.ReadNames().Select(PartialOf).OfType<FileName>()];
        return partials.Sum(name => TryRemove(folder, name, olderThan));
    }

    private static FileName? PartialOf(FileName name) => PartialName.IsPartial(name) ? name : PartialName.OfRecord(name);

    private static long TryRemove(Folder folder, FileName file, TimeSpan olderThan)
    {
        try
        {
            FileName record = PartialName.RecordOf(file);
            if (!IsOlder(folder, file, olderThan) || !IsOlder(folder, record, olderThan))
                return 0;
            using SafeFileHandle? locked = PartialLock.TryTake(folder, file, folder.TextOf(file));
            if (folder.TryStat(record) is not null)
                folder.Remove(record);
            if (locked is null)
                return 0;
            long content = ContentSize.Of(locked, folder.TextOf(file));
            folder.Remove(file);
            return content;
        }
        catch (FileException)
        {
            return 0;
        }
    }

    private static bool IsOlder(Folder folder, FileName name, TimeSpan age)
    {
        FileEntry? entry = folder.TryStat(name);
        return entry is null || DateTimeOffset.FromUnixTimeSeconds(entry.Modified.Seconds) < DateTimeOffset.UtcNow - age;
    }
}
