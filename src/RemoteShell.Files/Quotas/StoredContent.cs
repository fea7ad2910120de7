namespace RemoteShell.Files.Quotas;

/// <summary>The bytes of content that one owner has stored, and that are reserved for what arrives. Safe for use by several threads.</summary>
/// <param name="bytes">The number at the beginning.</param>
/// <param name="save">Saves the number; false if that is not possible now. Called by one thread at a time.</param>
internal sealed class StoredContent(long bytes, Func<long, bool> save)
{
    // So far the saved number may differ from the true one. A process that is killed loses at most this many bytes of the count.
    private const long SaveAfter = 16L << 20;

    private readonly Lock _gate = new();

    // Guarded by _gate.
    private long _bytes = bytes, _saved = bytes;

    /// <summary>The number of bytes.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return _bytes;
        }
    }

    /// <summary>Runs a change of files together with its count: other threads wait. The change may call the other methods.</summary>
    public void Change(Action change)
    {
        lock (_gate)
            change();
    }

    /// <summary>Adds bytes, unless the sum exceeds a limit.</summary>
    public bool TryAdd(long count, long limit)
    {
        lock (_gate)
        {
            if (count > 0 && (_bytes > limit || count > limit - _bytes))
                return false;
            Set(_bytes + count);
            return true;
        }
    }

    /// <summary>Subtracts bytes. The number never falls below 0.</summary>
    public void Subtract(long count)
    {
        lock (_gate)
            Set(Math.Max(0, _bytes - count));
    }

    /// <summary>Saves the number.</summary>
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
