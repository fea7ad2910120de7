using RemoteShell.Files.Folders;
using RemoteShell.Files.Partials;
using RemoteShell.Files.Quotas;

namespace RemoteShell.Files.Transfers;

/// <summary>What one file takes of a quota while it arrives. One caller at a time.</summary>
/// <remarks>
/// It takes only what it has more than the file that it replaces. So a file can be replaced by one of the same size at the limit, and the
/// disk holds both for that time.
/// </remarks>
/// <param name="quota">The quota.</param>
/// <param name="path">The path for messages.</param>
internal sealed class ContentCharge(ContentQuota quota, string path)
{
    // What this file has of the quota: as stored bytes, and as a reservation.
    private long _stored, _reserved;

    // The content that has arrived, and that of the file that is replaced.
    private long _content, _replaced;
    private bool _isExceeded;
    private bool _isSettled;

    /// <summary>Reserves what is expected, before it is sent.</summary>
    /// <param name="expected">The content of the whole file, in bytes without holes.</param>
    /// <param name="replaced">The content of the file that it replaces.</param>
    /// <exception cref="FileException"><see cref="FileFault.Quota"/>: the quota would be exceeded.</exception>
    public void Begin(long expected, long replaced)
    {
        _replaced = replaced;
        ReserveFor(expected);
    }

    /// <summary>Takes over the content that an earlier transfer has left, and that is counted already.</summary>
    public void Open(PartialFile partial)
    {
        if (!quota.IsLimited || partial.FoundContent == 0)
            return;
        _content = partial.MeasureContent();
        _stored = _content;
        quota.GiveBack(Math.Max(0, partial.FoundContent - _content));
    }

    /// <summary>Counts bytes before they are written.</summary>
    /// <exception cref="FileException"><see cref="FileFault.Quota"/>: the quota would be exceeded.</exception>
    public void Write(long count)
    {
        if (!quota.IsLimited)
            return;
        ReserveFor(_content + count);
        _content += count;
        Store(Math.Max(0, _content - _replaced - _stored));
    }

    /// <summary>Puts the file at its place, and counts what it really takes.</summary>
    /// <exception cref="FileException">The quota would be exceeded, or the file cannot be put there.</exception>
    public void Commit(PartialFile partial, Action commit)
    {
        if (!quota.IsLimited)
        {
            commit();
            return;
        }

        quota.Change(() =>
        {
            // The file system may have made content of a short hole.
            long content = partial.MeasureContent();
            _replaced = partial.MeasureReplaced();
            ReserveFor(content);
            commit();
            Settle(content - _replaced);
        });
    }

    /// <summary>Counts only what stays of a file that was not put at its place. Called before its partial file is closed.</summary>
    /// <remarks>Drops the partial file if it exceeds the quota.</remarks>
    /// <param name="partial">The partial file; null if there is none.</param>
    public void Leave(PartialFile? partial)
    {
        if (!quota.IsLimited || _isSettled)
            return;
        long left = partial is { CanResume: true } ? Measure(partial) : 0;
        long more = Math.Max(0, left - _stored - _reserved);
        if (left > 0 && (_isExceeded || !quota.TryReserve(more)))
        {
            partial!.TryDrop();
            left = 0;
            more = 0;
        }

        _reserved += more;
        Settle(left);
    }

    private void ReserveFor(long content)
    {
        long more = content - _replaced - _stored - _reserved;
        if (!quota.IsLimited || more <= 0)
            return;
        _isExceeded = true;
        quota.Reserve(more, path);
        _isExceeded = false;
        _reserved += more;
    }

    private void Store(long count)
    {
        quota.Add(count);
        _stored += count;
        _reserved -= count;
    }

    // From now on the file counts this much, which is negative if it is smaller than the one that it has replaced.
    private void Settle(long bytes)
    {
        _isSettled = true;
        if (bytes > _stored)
            Store(bytes - _stored);
        else
            quota.GiveBack(_stored - bytes);
        quota.Release(_reserved);
    }

    private static long Measure(PartialFile partial)
    {
        try
        {
            return partial.MeasureContent();
        }
        catch (FileException)
        {
            return partial.Length;
        }
    }
}
