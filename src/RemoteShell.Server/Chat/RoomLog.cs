namespace RemoteShell.Server.Chat;

/// <summary>The last lines of a room, as bytes with absolute offsets. Everybody reads from here at a pace of their own, so that a room takes the same memory for one reader and for a thousand.</summary>
internal sealed class RoomLog
{
    /// <summary>Bytes that are kept.</summary>
    public const int Capacity = 256 * 1024;

    private readonly Lock _gate = new();

    // Under _gate.
    private readonly Queue<(long Offset, byte[] Bytes, string Kind)> _lines = new();
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _end;

    /// <summary>Begins where no earlier log of the room has come to: whoever asks for what an earlier server kept does not get something else.</summary>
    public RoomLog() => _end = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The offset of the first byte that is kept.</summary>
    public long Start
    {
        get
        {
            lock (_gate)
                return _lines.TryPeek(out var first) ? first.Offset : _end;
        }
    }

    /// <summary>Behind the last byte.</summary>
    public long End
    {
        get
        {
            lock (_gate)
                return _end;
        }
    }

    /// <summary>Adds a line with its end; the oldest are forgotten where there are too many bytes.</summary>
    /// <param name="line">The bytes.</param>
    /// <param name="kind">What kind of line it is.</param>
    public void Append(byte[] line, string kind)
    {
        TaskCompletionSource grown;
        lock (_gate)
        {
            _lines.Enqueue((_end, line, kind));
            _end += line.Length;
            while (_lines.Count > 1 && _end - _lines.Peek().Offset > Capacity)
                _lines.Dequeue();
            (grown, _grown) = (_grown, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        grown.SetResult();
    }

    /// <summary>Where the last so many lines of a kind begin, with those of other kinds between them.</summary>
    public long Tail(int lines, string kind)
    {
        lock (_gate)
        {
            long begin = _end;
            foreach ((long offset, _, string one) in _lines.Reverse())
            {
                if (one != kind)
                    continue;
                if (lines-- <= 0)
                    break;
                begin = offset;
            }

            return begin;
        }
    }

    /// <summary>The rest of the line in which the offset lies, once there is one; null where it is forgotten, or was never there.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(long offset, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task grown;
            lock (_gate)
            {
                if (offset > _end || (_lines.TryPeek(out var first) && offset < first.Offset))
                    return null;
                if (offset < _end)
                    return Find(offset);
                grown = _grown.Task;
            }

            await grown.WaitAsync(cancellationToken);
        }
    }

    // Readers are near the end, most of the time.
    private ReadOnlyMemory<byte> Find(long offset)
    {
        (long begin, byte[] bytes, _) = _lines.Reverse().First(line => line.Offset <= offset);
        return bytes.AsMemory((int)(offset - begin));
    }
}
