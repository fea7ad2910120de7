namespace RemoteShell.Files.Quotas;

/// <summary>The bytes of content that one owner has stored, and those that are reserved. Safe for use by several threads.</summary>
/// <param name="bytes">The stored bytes at the beginning.</param>
/// <param name="save">Saves the stored bytes; false if that is not possible now. Called by one thread at a time.</param>
internal sealed class StoredContent(long bytes, Func<long, bool> save)
{
    // So far the saved number may differ from the true one. A process that is killed loses at most this many bytes of the count.
    private const long SaveAfter = 16L << 20;

    private readonly Lock _gate = new();

    // Guarded by _gate.
    private long _bytes = bytes, _saved = bytes;
    private long _reserved;

    /// <summary>The bytes that are stored or reserved.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return _bytes + _reserved;
        }
    }

    /// <summary>Runs a change of files together with its count: other threads wait. The change may call the other methods.</summary>
    public void Change(Action change)
    {
        lock (_gate)
            change();
    }

    /// <summary>Reserves bytes, unless the sum exceeds a limit.</summary>
    public bool TryReserve(long count, long limit)
    {
        lock (_gate)
        {
            if (count > 0 && count > limit - _bytes - _reserved)
                return false;
            _reserved += count;
            return true;
        }
    }

    /// <summary>Counts reserved bytes as stored.</summary>
    public void Add(long count)
    {
        lock (_gate)
        {
            _reserved -= count;
            Set(_bytes + count);
        }
    }

    /// <summary>Ends the reservation of bytes that are not stored.</summary>
    public void Release(long count)
    {
        lock (_gate)
            _reserved -= count;
    }

    /// <summary>Subtracts stored bytes. The number never falls below 0.</summary>
    public void Subtract(long count)
    {
        lock (_gate)
            Set(Math.Max(0, _bytes - count));
    }

    /// <summary>Saves the stored bytes.</summary>
    public void Save()
    {
        lock (_gate)
        {
            if (_saved != _bytes && save(_bytes))
                _saved = _bytes;
        }
    }

    private void Set(long count)
    {
        _bytes = count;
        if (Math.Abs(_bytes - _saved) >= SaveAfter)
            Save();
    }
}
