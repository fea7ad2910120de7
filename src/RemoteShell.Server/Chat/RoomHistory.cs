namespace RemoteShell.Server.Chat;

/// <summary>The last lines of a room, as bytes with absolute offsets.</summary>
/// <remarks>All connections read from here, each at its own pace: a room takes the same memory for one reader and for a thousand.</remarks>
internal sealed class RoomHistory
{
    /// <summary>Bytes that are kept.</summary>
    public const int Capacity = 256 * 1024;

    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly List<(long Offset, byte[] Bytes, string Kind)> _lines = [];
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _end = MicrosecondsSince1970();

    /// <summary>The offset of the first byte that is kept.</summary>
    public long Start
    {
        get
        {
            lock (_gate)
                return StartLocked;
        }
    }

    /// <summary>The offset behind the last byte.</summary>
    public long End
    {
        get
        {
            lock (_gate)
                return _end;
        }
    }

    // The caller holds _gate.
    private long StartLocked => _lines.Count > 0 ? _lines[0].Offset : _end;

    /// <summary>Adds a line, and removes the oldest lines beyond <see cref="Capacity"/>.</summary>
    /// <param name="line">The bytes, with the newline.</param>
    /// <param name="kind">The kind of the line, for <see cref="Tail"/>.</param>
    public void Append(byte[] line, string kind)
    {
        TaskCompletionSource grown;
        lock (_gate)
        {
            _lines.Add((_end, line, kind));
            _end += line.Length;
            int firstKept = _lines.FindIndex(kept => _end - kept.Offset <= Capacity);
            // The last line is kept, whatever its length.
            _lines.RemoveRange(0, firstKept < 0 ? _lines.Count - 1 : firstKept);
            grown = _grown;
            _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        grown.SetResult();
    }

    /// <summary>Returns the offset at which the last lines of a kind begin; lines of other kinds may be between them.</summary>
    public long Tail(int lines, string kind)
    {
        lock (_gate)
        {
            long begin = _end;
            for (int i = _lines.Count - 1; i >= 0 && lines > 0; i--)
            {
                if (_lines[i].Kind != kind)
                    continue;
                begin = _lines[i].Offset;
                lines--;
            }

            return begin;
        }
    }

    /// <summary>Waits until there are bytes at the offset, and returns the rest of their line.</summary>
    /// <returns>Null if the offset is no longer kept, or is behind <see cref="End"/>.</returns>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(long offset, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task grown;
            lock (_gate)
            {
                if (offset > _end || offset < StartLocked)
                    return null;
                if (offset < _end)
                    return RestOfLine(offset);
                grown = _grown.Task;
            }

            await grown.WaitAsync(cancellationToken);
        }
    }

    // The caller holds _gate. Searches from the end, since most readers are near it.
    private ReadOnlyMemory<byte> RestOfLine(long offset)
    {
        int i = _lines.FindLastIndex(line => line.Offset <= offset);
        return _lines[i].Bytes.AsMemory((int)(offset - _lines[i].Offset));
    }

    // The first offset. It is behind every offset of an earlier history of the room, so that a client that resumes there does not read
    // something else.
    private static long MicrosecondsSince1970()
        => (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
