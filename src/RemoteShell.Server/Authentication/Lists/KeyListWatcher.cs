using Microsoft.Extensions.Logging;

namespace RemoteShell.Server.Authentication.Lists;

/// <summary>Waits until the lists of keys have changed, or a key has expired. For one caller.</summary>
/// <remarks>
/// It looks at the files by statx(2), since inotify(7) does not see changes on a file system of another machine. A file that changes is
/// read once it was the same at two looks.
/// </remarks>
/// <param name="files">The files.</param>
/// <param name="clock">The clock by which keys expire.</param>
/// <param name="log">Receives why a list does not count.</param>
internal sealed class KeyListWatcher(KeyFiles files, TimeProvider clock, ILogger log)
{
    /// <summary>The time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private KeyFilesStamp? _seen;

    // Null: the last read failed, and is tried again at each look.
    private KeyFilesStamp? _read;
    private bool _hadLists;
    private DateTime? _expiry;
    private string? _fault;
    private int _changes;

    // When the next certificate of a connection expires. Guarded by _gate.
    private DateTime? _expected;

    /// <summary>How often something was due. Any thread may read it.</summary>
    public int Changes => Volatile.Read(ref _changes);

    /// <summary>Something is due at this time too, since a connection is not authorized any more then. Any thread may call it.</summary>
    /// <param name="end">The time, in UTC; null: never. A time that has passed is not due again.</param>
    public void Expect(DateTime? end)
    {
        if (!(end > clock.GetUtcNow().UtcDateTime))
            return;
        lock (_gate)
            _expected = end < _expected || _expected is null ? end : _expected;
    }

    /// <summary>Waits until a list has changed or cannot be read, or a key has expired.</summary>
    public async Task DueAsync(CancellationToken cancellationToken)
    {
        do
            await Task.Delay(Interval, clock, cancellationToken).ConfigureAwait(false);
        while (!IsDue());
        ForgetExpected();
        Interlocked.Increment(ref _changes);
    }

    /// <summary>Reads the lists.</summary>
    /// <returns>Null if one cannot be read, or is not whole.</returns>
    public KeyLists? Read()
    {
        KeyFilesStamp stamp = files.Stamp();
        try
        {
            KeyLists lists = files.ReadWhole();
            _expiry = lists.NextExpiry(clock.GetUtcNow().UtcDateTime);
            (_read, _fault, _hadLists) = (stamp, null, true);
            return lists;
        }
        catch (KeyListException e)
        {
            if (_hadLists && _fault != e.Message)
                log.LogError("the connections and jobs of all keys are kept until the lists of keys can be read: {Reason}", e.Message);
            (_read, _fault) = (null, e.Message);
            return null;
        }
    }

    private bool IsDue()
    {
        KeyFilesStamp stamp = files.Stamp();
        bool isSettled = stamp == _seen;
        _seen = stamp;
        DateTime now = clock.GetUtcNow().UtcDateTime;
        return (isSettled && stamp != _read) || _expiry <= now || IsExpected(now);
    }

    private bool IsExpected(DateTime now)
    {
        lock (_gate)
            return _expected <= now;
    }

    // The caller looks at all connections now, and expects their ends again.
    private void ForgetExpected()
    {
        lock (_gate)
            _expected = null;
    }
}
