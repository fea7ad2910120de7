using RemoteShell.Files.Folders;
using RemoteShell.Files.Native;

namespace RemoteShell.Files.Transfers;

/// <summary>What this process may set of a file, by the rules of the kernel.</summary>
internal static class ProcessRights
{
    private static readonly Lazy<HashSet<uint>> OwnGroups = new(ReadGroups);

    /// <summary>Whether it may set any owner. A superuser whose capabilities were taken away may set less.</summary>
    public static bool IsSuperuser => FileCalls.User() == 0;

    /// <summary>Whether it may give a file to a group.</summary>
    public static bool MaySetGroup(FileEntry file, uint group)
        => IsSuperuser || (file.User == FileCalls.User() && OwnGroups.Value.Contains(group));

    /// <summary>Whether it may set an extended attribute of its own files.</summary>
    public static bool MaySet(FileAttribute attribute)
        => IsSuperuser || AttributeCalls.IsUser(attribute.Name) || attribute.Name.AsSpan().StartsWith("system."u8);

    private static HashSet<uint> ReadGroups()
    {
        var groups = new uint[Math.Max(0, FileCalls.Groups(0, []))];
        int count = FileCalls.Groups(groups.Length, groups);
        return [FileCalls.Group(), .. groups.Take(Math.Max(0, count))];
    }
}
