namespace RemoteShell.Server.Chat;

/// <summary>The last lines of a room, as bytes with absolute offsets. Everybody reads from here at a pace of their own, so that a room takes the same memory for one reader and for a thousand.</summary>
internal sealed class RoomHistory
{
    /// <summary>Bytes that are kept.</summary>
    public const int Capacity = 256 * 1024;

    private readonly Lock _gate = new();

    // Under _gate.
    private readonly List<(long Offset, byte[] Bytes, string Kind)> _lines = [];
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _end;

    /// <summary>Begins where no earlier log of the room has come to: whoever asks for what an earlier server kept does not get something else.</summary>
    public RoomHistory() => _end = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The offset of the first byte that is kept.</summary>
    public long Start
    {
        get
        {
            lock (_gate)
                return FirstHere;
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
            _lines.Add((_end, line, kind));
            _end += line.Length;
            int forgotten = _lines.FindIndex(kept => _end - kept.Offset <= Capacity);
            _lines.RemoveRange(0, forgotten < 0 ? _lines.Count - 1 : forgotten);
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

    /// <summary>The rest of the line in which the offset lies, once there is one; null where it is forgotten, or was never there.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(long offset, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task grown;
            lock (_gate)
            {
                if (offset > _end || offset < FirstHere)
                    return null;
                if (offset < _end)
                    return Find(offset);
                grown = _grown.Task;
            }

            await grown.WaitAsync(cancellationToken);
        }
    }

    private long FirstHere => _lines.Count > 0 ? _lines[0].Offset : _end;

    // Readers are near the end, most of the time.
    private ReadOnlyMemory<byte> Find(long offset)
    {
        int i = _lines.FindLastIndex(line => line.Offset <= offset);
        return _lines[i].Bytes.AsMemory((int)(offset - _lines[i].Offset));
    }
}
