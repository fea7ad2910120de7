using Microsoft.Win32.SafeHandles;
using RemoteShell.Files.Folders;
using RemoteShell.Files.Names;
using RemoteShell.Files.Partials;
using RemoteShell.Protocol;

namespace RemoteShell.Files.Quotas;

/// <summary>How much content an owner may store. Safe for use by several threads.</summary>
/// <param name="stored">What is stored, in all transfers of the owner.</param>
/// <param name="limit">At most this many bytes.</param>
internal sealed class ContentQuota(StoredContent stored, long limit)
{
    /// <summary>No limit: nothing is counted.</summary>
    public static ContentQuota Unlimited { get; } = new(new(0, _ => true), long.MaxValue);

    /// <summary>Whether there is a limit.</summary>
    public bool IsLimited => limit < long.MaxValue;

    /// <summary>Reserves bytes before they are stored.</summary>
    /// <param name="count">The number of bytes.</param>
    /// <param name="path">The path for the message.</param>
    /// <exception cref="FileException"><see cref="FileFault.Quota"/>: the limit would be exceeded.</exception>
    public void Reserve(long count, string path)
    {
        if (!TryReserve(count))
            throw new FileException(FileFault.Quota, path, Reason());
    }

    /// <summary>Reserves bytes; false if the limit would be exceeded.</summary>
    public bool TryReserve(long count) => !IsLimited || stored.TryReserve(count, limit);

    /// <summary>Counts reserved bytes as stored.</summary>
    public void Add(long count)
    {
        if (IsLimited)
            stored.Add(count);
    }

    /// <summary>Ends the reservation of bytes that are not stored.</summary>
    public void Release(long count)
    {
        if (IsLimited)
            stored.Release(count);
    }

    /// <summary>Subtracts bytes that are not stored any more.</summary>
    public void GiveBack(long count)
    {
        if (IsLimited)
            stored.Subtract(count);
    }

    /// <summary>Runs a change of files together with its count: other changes of the owner wait.</summary>
    public void Change(Action change)
    {
        if (IsLimited)
            stored.Change(change);
        else
            change();
    }

    /// <summary>Removes or replaces an entry, and gives back the content that it had.</summary>
    /// <exception cref="FileException"><see cref="FileFault.Locked"/>: it is the partial file of a transfer that runs.</exception>
    public void Free(Folder parent, FileName name, Action change)
    {
        if (!IsLimited)
        {
            change();
            return;
        }

        stored.Change(() =>
        {
            // The bytes of a transfer that runs are given back when it ends.
            using SafeFileHandle? locked = PartialName.IsPartial(name) ? PartialLock.TryTake(parent, name, parent.TextOf(name)) : null;
            long freed = ContentSize.FreedBy(parent, name);
            change();
            stored.Subtract(freed);
        });
    }

    /// <summary>Refuses a name that belongs to partial files: with it, content could be kept that is not counted.</summary>
    /// <exception cref="FileException"><see cref="FileFault.Denied"/>: it is such a name, and there is a limit.</exception>
    public void RequireOrdinary(FileName name, string path)
    {
        if (IsLimited && StalePartials.IsPartialName(name))
            throw new FileException(FileFault.Denied, path, "is a name for partial files; a key with a file quota cannot use it");
    }

    /// <summary>Saves the count.</summary>
    public void Save()
    {
        if (IsLimited)
            stored.Save();
    }

    private string Reason() => $"exceeds the file quota of this key ({ByteSize.Words(limit)}): {stored.Bytes} bytes are used";
}
