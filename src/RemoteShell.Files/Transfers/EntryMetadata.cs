using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Transfers.Records;

namespace RemoteShell.Files.Transfers;

/// <summary>Sets mode, owner, extended attributes and time of entries that are at the target, where they differ from the source.</summary>
/// <remarks>What is right is not set: only the owner of an entry may do that.</remarks>
/// <param name="rules">What is set.</param>
internal sealed class EntryMetadata(TransferRules rules)
{
    // chown(2) leaves what has this number.
    private const uint Unchanged = uint.MaxValue;

    private const int OwnerMayWrite = 0x80;

    private const int SetIdBits = 0xC00;

    /// <summary>The time of an entry.</summary>
    public static FileTime TimeOf(EntryRecord entry) => new(entry.Seconds, entry.Nanoseconds);

    /// <summary>The attributes of an entry.</summary>
    /// <exception cref="RecordException">A name is not valid.</exception>
    public static IReadOnlyList<FileAttribute> AttributesOf(EntryRecord entry)
        => [.. (entry.Attributes ?? new Dictionary<string, byte[]>()).Select(AttributeOf)];

    /// <summary>The mode of a file. It must not run with the rights of an owner that was not asked for.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="isOwnerSet">Whether it has the owner and the group that were asked for.</param>
    public static int ModeOf(EntryRecord entry, bool isOwnerSet) => isOwnerSet ? entry.Mode : entry.Mode & ~SetIdBits;

    /// <summary>The owner and the group that an entry gets.</summary>
    public EntryOwner OwnerOf(EntryRecord entry)
    {
        if (!rules.Owner)
            return new(null, null);
        uint? user = entry.User is { } userName ? OwnerNames.FindUser(userName) : null;
        uint? group = entry.Group is { } groupName ? OwnerNames.FindGroup(groupName) : null;
        bool isKnown = (entry.User is null || user is not null) && (entry.Group is null || group is not null);
        return new(user, group) { IsKnown = isKnown };
    }

    /// <summary>Sets those of a file whose content is right. An owner or group that this process may not set stays.</summary>
    /// <returns>Whether it has the owner and the group that were asked for.</returns>
    /// <exception cref="FileException">Another one cannot be set.</exception>
    public bool SetFile(Folder parent, FileName name, EntryRecord entry)
    {
        bool isOwnerSet = TrySetOwner(parent, name, entry);
        SetAttributes(parent, name, entry);
        SetModeAndTime(parent, name, ModeOf(entry, isOwnerSet), TimeOf(entry));
        return isOwnerSet;
    }

    /// <summary>Sets those of a folder in which nothing changes any more. An owner or group that this process may not set stays.</summary>
    /// <inheritdoc cref="SetFile"/>
    public bool SetFolder(Folder parent, FileName name, EntryRecord entry)
    {
        bool isOwnerSet = TrySetOwner(parent, name, entry);
        SetAttributes(parent, name, entry);
        SetModeAndTime(parent, name, entry.Mode, TimeOf(entry));
        return isOwnerSet;
    }

    /// <summary>Sets the owner and the time of a link, which has no mode and no attributes.</summary>
    /// <inheritdoc cref="SetFile"/>
    public bool SetLink(Folder parent, FileName name, EntryRecord entry)
    {
        bool isOwnerSet = TrySetOwner(parent, name, entry);
        if (parent.Stat(name).Modified != TimeOf(entry))
            parent.SetModified(name, TimeOf(entry));
        return isOwnerSet;
    }

    private static FileAttribute AttributeOf(KeyValuePair<string, byte[]> told) => new(RecordText.ToBytes(told.Key), told.Value);

    private static bool HasName(FileAttribute one, FileAttribute other) => one.Name.AsSpan().SequenceEqual(other.Name);

    private static bool IsSame(FileAttribute one, FileAttribute other)
        => HasName(one, other) && one.Value.AsSpan().SequenceEqual(other.Value);

    private static void SetModeAndTime(Folder parent, FileName name, int mode, FileTime time)
    {
        FileEntry now = parent.Stat(name);
        if (now.Mode != mode)
            parent.SetMode(name, mode);
        if (now.Modified != time)
            parent.SetModified(name, time);
    }

    // Afterwards those of "user." are equal. Others of the target stay: they belong to its system.
    private void SetAttributes(Folder parent, FileName name, EntryRecord entry)
    {
        // The sender does not name any if it cannot read them.
        if (!rules.Attributes || entry.Attributes is null)
            return;
        IReadOnlyList<FileAttribute> wanted = AttributesOf(entry), present = parent.ReadAttributes(name);
        FileAttribute[] different = [.. wanted.Where(one => !present.Any(found => IsSame(found, one)))];
        FileAttribute[] more = [.. present.Where(found => AttributeCalls.IsUser(found.Name) && !wanted.Any(one => HasName(one, found)))];
        if (different.Length == 0 && more.Length == 0)
            return;
        int mode = parent.Stat(name).Mode;
        if ((mode & OwnerMayWrite) != 0)
        {
            Change();
            return;
        }

        // The owner of a file that is read-only may write its attributes only if it is not.
        parent.SetMode(name, mode | OwnerMayWrite);
        try
        {
            Change();
        }
        finally
        {
            parent.SetMode(name, mode);
        }

        // First the old ones: a file system has little room for them.
        void Change()
        {
            parent.RemoveAttributes(name, more);
            parent.WriteAttributes(name, different);
        }
    }

    private bool TrySetOwner(Folder parent, FileName name, EntryRecord entry)
    {
        EntryOwner owner = OwnerOf(entry);
        if (owner is { User: null, Group: null })
            return owner.IsKnown;
        FileEntry now = parent.Stat(name);
        bool hasUser = owner.User is null || owner.User == now.User, hasGroup = owner.Group is null || owner.Group == now.Group;
        if ((hasUser && hasGroup) || parent.TrySetOwner(name, owner.User ?? Unchanged, owner.Group ?? Unchanged))
            return owner.IsKnown;
        // The group alone is allowed to a member of it.
        bool isGroupSet = hasGroup || parent.TrySetOwner(name, Unchanged, owner.Group!.Value);
        return hasUser && isGroupSet && owner.IsKnown;
    }
}
