using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>Sets mode, owner, extended attributes and time of entries that are at the target, where they differ from the source.</summary>
/// <remarks>What is right is not set: only the owner of an entry may do that.</remarks>
/// <param name="rules">What is set.</param>
internal sealed class EntryMetadata(TransferRules rules)
{
    private const int OwnerMayWrite = 0x80;

    private const int SetIdBits = 0xC00;

    /// <summary>The time of an entry.</summary>
    public static FileTime TimeOf(EntryRecord entry) => new(entry.Seconds, entry.Nanoseconds);

    /// <summary>The attributes of an entry.</summary>
    /// <exception cref="RecordException">A name is not valid.</exception>
    public static IReadOnlyList<FileAttribute> AttributesOf(EntryRecord entry)
        => [.. (entry.Attributes ?? new Dictionary<string, byte[]>()).Select(AttributeOf)];

    /// <summary>The numbers of the owner and the group; null where they stay as they are.</summary>
    public (uint? User, uint? Group) OwnerOf(EntryRecord entry) => rules.Owner
        ? (entry.User is { } user ? OwnerNames.FindUser(user) : null, entry.Group is { } group ? OwnerNames.FindGroup(group) : null)
        : (null, null);

    /// <summary>Sets those of a file whose content is right. An owner that this process may not set stays.</summary>
    /// <exception cref="FileException">Another one cannot be set.</exception>
    public void SetFile(Folder parent, FileName name, EntryRecord entry)
    {
        // It must not run with the rights of an owner that was not asked for.
        int mode = TrySetOwner(parent, name, entry) ? entry.Mode : entry.Mode & ~SetIdBits;
        SetAttributes(parent, name, entry);
        SetModeAndTime(parent, name, mode, TimeOf(entry));
    }

    /// <summary>Sets those of a folder in which nothing changes any more.</summary>
    /// <exception cref="FileException">One cannot be set.</exception>
    public void SetFolder(Folder parent, FileName name, EntryRecord entry)
    {
        SetOwner(parent, name, entry);
        SetAttributes(parent, name, entry);
        SetModeAndTime(parent, name, entry.Mode, TimeOf(entry));
    }

    /// <summary>Sets the owner and the time of a link, which has no mode and no attributes.</summary>
    /// <exception cref="FileException">One cannot be set.</exception>
    public void SetLink(Folder parent, FileName name, EntryRecord entry)
    {
        SetOwner(parent, name, entry);
        if (parent.Stat(name).Modified != TimeOf(entry))
            parent.SetModified(name, TimeOf(entry));
    }

    private static FileAttribute AttributeOf(KeyValuePair<string, byte[]> told) => new(RecordText.ToBytes(told.Key), told.Value);

    private static bool IsSame(FileAttribute one, FileAttribute other)
        => one.Name.AsSpan().SequenceEqual(other.Name) && one.Value.AsSpan().SequenceEqual(other.Value);

    private static void SetModeAndTime(Folder parent, FileName name, int mode, FileTime time)
    {
        FileEntry now = parent.Stat(name);
        if (now.Mode != mode)
            parent.SetMode(name, mode);
        if (now.Modified != time)
            parent.SetModified(name, time);
    }

    // Attributes that the source does not have stay: it may be that they could not be read there.
    private void SetAttributes(Folder parent, FileName name, EntryRecord entry)
    {
        if (!rules.Attributes || entry.Attributes is not { Count: > 0 })
            return;
        IReadOnlyList<FileAttribute> present = parent.ReadAttributes(name);
        FileAttribute[] different = [.. AttributesOf(entry).Where(wanted => !present.Any(found => IsSame(found, wanted)))];
        if (different.Length == 0)
            return;
        int mode = parent.Stat(name).Mode;
        if ((mode & OwnerMayWrite) != 0)
        {
            parent.WriteAttributes(name, different);
            return;
        }

        // The owner of a file that is read-only may write its attributes only if it is not.
        parent.SetMode(name, mode | OwnerMayWrite);
        try
        {
            parent.WriteAttributes(name, different);
        }
        finally
        {
            parent.SetMode(name, mode);
        }
    }

    private bool TrySetOwner(Folder parent, FileName name, EntryRecord entry)
    {
        try
        {
            SetOwner(parent, name, entry);
            return true;
        }
        catch (FileException e) when (e.Fault == FileFault.Denied)
        {
            return TrySetGroup(parent, name, entry) && HasUser(parent, name, entry);
        }
    }

    // The group alone is allowed to a member of it.
    private bool TrySetGroup(Folder parent, FileName name, EntryRecord entry)
    {
        try
        {
            SetOwner(parent, name, entry with { User = null });
            return true;
        }
        catch (FileException e) when (e.Fault == FileFault.Denied)
        {
            return false;
        }
    }

    private bool HasUser(Folder parent, FileName name, EntryRecord entry)
        => OwnerOf(entry).User is not { } user || parent.Stat(name).User == user;

    private void SetOwner(Folder parent, FileName name, EntryRecord entry)
    {
        (uint? user, uint? group) = OwnerOf(entry);
        if (user is null && group is null)
            return;
        FileEntry now = parent.Stat(name);
        if ((user ?? now.User) != now.User || (group ?? now.Group) != now.Group)
            parent.SetOwner(name, user ?? uint.MaxValue, group ?? uint.MaxValue);
    }
}
