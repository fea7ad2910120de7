using RemoteShell.Files.Folders;
using RemoteShell.Files.Partials;
using RemoteShell.Files.Quotas;

namespace RemoteShell.Files.Transfers;

/// <summary>What one file takes of a quota while it arrives. One caller at a time.</summary>
/// <remarks>
/// The content of the file that it replaces need not be taken again. So a file that is at the limit can be replaced by one of the same
/// size, and the disk holds both for that time.
/// </remarks>
/// <param name="quota">The quota.</param>
/// <param name="path">The path for messages.</param>
internal sealed class ContentCharge(ContentQuota quota, string path)
{
    private long _taken;
    private long _content;
    private long _replaced;
    private bool _isExceeded;
    private bool _isSettled;

    /// <summary>Counts what is expected, before it is sent.</summary>
    /// <param name="expected">The content of the whole file, in bytes without holes.</param>
    /// <param name="replaced">The content of the file that it replaces.</param>
    /// <exception cref="FileException"><see cref="FileFault.Quota"/>: the quota would be exceeded.</exception>
    public void Begin(long expected, long replaced)
    {
        _replaced = replaced;
        TakeUpTo(expected);
    }

    /// <summary>Takes over the content that an earlier transfer has left, and that is counted already.</summary>
    public void Open(PartialFile partial)
    {
        if (!quota.IsLimited || partial.FoundContent == 0)
            return;
        _content = partial.MeasureContent();
        _taken += _content;
        quota.GiveBack(Math.Max(0, partial.FoundContent - _content));
    }

    /// <summary>Counts bytes before they are written.</summary>
    /// <exception cref="FileException"><see cref="FileFault.Quota"/>: the quota would be exceeded.</exception>
    public void Write(long count)
    {
        _content += count;
        TakeUpTo(_content);
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
            _replaced = partial.MeasureReplaced();
            long content = partial.MeasureContent();
            TakeUpTo(content);
            commit();
            _isSettled = true;
            quota.GiveBack(_taken + _replaced - content);
        });
    }

    /// <summary>Counts only what stays of a file that was not put at its place. Called before its partial file is closed.</summary>
    /// <remarks>Drops the partial file if it exceeds the quota.</remarks>
    /// <param name="partial">The partial file; null if there is none.</param>
    public void Leave(PartialFile? partial)
    {
        if (!quota.IsLimited || _isSettled)
            return;
        _isSettled = true;
        long left = partial is { CanResume: true } ? Measure(partial) : 0;
        if (left > 0 && (_isExceeded || !quota.TryTake(Math.Max(0, left - _taken))))
        {
            Drop(partial!);
            left = 0;
        }

        quota.GiveBack(Math.Max(0, _taken - left));
    }

    private void TakeUpTo(long content)
    {
        long more = content - _replaced - _taken;
        if (!quota.IsLimited || more <= 0)
            return;
        _isExceeded = true;
        quota.Take(more, path);
        _isExceeded = false;
        _taken += more;
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

    private static void Drop(PartialFile partial)
    {
        try
        {
            partial.Drop();
        }
        catch (FileException)
        {
            // The folder cannot be written. The file is removed with the stale ones.
        }
    }
}
