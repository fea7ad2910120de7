using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Partials;
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
    /// <returns>What could not be set.</returns>
    /// <exception cref="FileException">Another one cannot be set.</exception>
    public UnsetMetadata SetFile(Folder parent, FileName name, EntryRecord entry)
    {
        UnsetMetadata unset = SetOwnerAndAttributes(parent, name, entry);
        SetModeAndTime(parent, name, ModeOf(entry, !unset.HasFlag(UnsetMetadata.Owner)), TimeOf(entry));
        return unset;
    }

    /// <summary>Sets those of a folder in which nothing changes any more. An owner or group that this process may not set stays.</summary>
    /// <inheritdoc cref="SetFile"/>
    public UnsetMetadata SetFolder(Folder parent, FileName name, EntryRecord entry)
    {
        UnsetMetadata unset = SetOwnerAndAttributes(parent, name, entry);
        SetModeAndTime(parent, name, entry.Mode, TimeOf(entry));
        return unset;
    }

    /// <summary>Sets the owner, the attributes and the time of a link, which has no mode.</summary>
    /// <inheritdoc cref="SetFile"/>
    public UnsetMetadata SetLink(Folder parent, FileName name, EntryRecord entry)
    {
        UnsetMetadata unset = SetOwnerAndAttributes(parent, name, entry);
        if (parent.Stat(name).Modified != TimeOf(entry))
            parent.SetModified(name, TimeOf(entry));
        return unset;
    }

    /// <summary>What would be set of an entry that is there.</summary>
    /// <exception cref="FileException">What it has cannot be read.</exception>
    public MetadataPlan PlanOf(Folder parent, FileName name, EntryRecord entry, FileEntry now)
    {
        EntryOwner owner = OwnerOf(entry);
        bool hasUser = owner.User is null || owner.User == now.User, hasGroup = owner.Group is null || owner.Group == now.Group;
        bool maySetUser = ProcessRights.IsSuperuser, maySetGroup = owner.Group is { } group && ProcessRights.MaySetGroup(now, group);
        bool isOwnerSet = owner.IsKnown && (hasUser || maySetUser) && (hasGroup || maySetGroup);
        (FileAttribute[] different, FileAttribute[] more) = AttributesToSet(parent, name, entry);
        FileAttribute[] settable = [.. different.Where(one => ProcessRights.MaySet(one))];
        int mode = now.Kind == EntryKind.File ? ModeOf(entry, isOwnerSet) : entry.Mode;
        string?[] words =
        [
            (!hasUser && maySetUser) || (!hasGroup && maySetGroup) ? "owner" : null,
            now.Kind == EntryKind.Link || now.Mode == mode ? null : "mode",
            now.Modified == TimeOf(entry) ? null : "time",
            settable.Length + more.Length == 0 ? null : "attributes",
        ];
        return new()
        {
            ToSet = words.Any(word => word is not null) ? string.Join(", ", words.OfType<string>()) : null,
            Unset = (isOwnerSet ? UnsetMetadata.None : UnsetMetadata.Owner)
                | (settable.Length == different.Length ? UnsetMetadata.None : UnsetMetadata.Attributes),
        };
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

    private static bool HasOwner(FileEntry now, EntryOwner owner)
        => (owner.User is null || owner.User == now.User) && (owner.Group is null || owner.Group == now.Group);

    // Afterwards those of "user." are equal. Others of the target stay: they belong to its system.
    private (FileAttribute[] Different, FileAttribute[] More) AttributesToSet(Folder parent, FileName name, EntryRecord entry)
    {
        // The sender does not name any if it cannot read them.
        if (!rules.Attributes || entry.Attributes is null)
            return ([], []);
        IReadOnlyList<FileAttribute> wanted = AttributesOf(entry), present = parent.ReadAttributes(name);
        FileAttribute[] different = [.. wanted.Where(one => !present.Any(found => IsSame(found, one)))];
        FileAttribute[] more = [.. present.Where(found => AttributeCalls.IsUser(found.Name) && !wanted.Any(one => HasName(one, found)))];
        return (different, more);
    }

    private UnsetMetadata SetOwnerAndAttributes(Folder parent, FileName name, EntryRecord entry)
    {
        UnsetMetadata owner = TrySetOwner(parent, name, entry) ? UnsetMetadata.None : UnsetMetadata.Owner;
        return owner | (TrySetAttributes(parent, name, entry) ? UnsetMetadata.None : UnsetMetadata.Attributes);
    }

    private bool TrySetAttributes(Folder parent, FileName name, EntryRecord entry)
    {
        (FileAttribute[] different, FileAttribute[] more) = AttributesToSet(parent, name, entry);
        if (different.Length + more.Length == 0)
            return true;
        FileEntry now = parent.Stat(name);
        if ((now.Mode & OwnerMayWrite) != 0 || now.Kind == EntryKind.Link)
            return TryChange();
        // The owner of a file that is read-only may write its attributes only if it is not.
        parent.SetMode(name, now.Mode | OwnerMayWrite);
        try
        {
            return TryChange();
        }
        finally
        {
            parent.SetMode(name, now.Mode);
        }

        // First the old ones: a file system has little room for them.
        bool TryChange()
        {
            parent.RemoveAttributes(name, more);
            return parent.WriteAttributes(name, different);
        }
    }

    private bool TrySetOwner(Folder parent, FileName name, EntryRecord entry)
    {
        EntryOwner owner = OwnerOf(entry);
        if (owner is { User: null, Group: null })
            return owner.IsKnown;
        FileEntry now = parent.Stat(name);
        if (HasOwner(now, owner) || parent.TrySetOwner(name, owner.User ?? Unchanged, owner.Group ?? Unchanged))
            return owner.IsKnown;
        // The group alone is allowed to a member of it.
        bool hasUser = owner.User is null || owner.User == now.User, hasGroup = owner.Group is null || owner.Group == now.Group;
        bool isGroupSet = hasGroup || parent.TrySetOwner(name, Unchanged, owner.Group!.Value);
        return hasUser && isGroupSet && owner.IsKnown;
    }
}
