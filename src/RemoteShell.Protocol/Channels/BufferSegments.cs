using RemoteShell.Protocol.Frames;

namespace RemoteShell.Protocol.Channels;

/// <summary>The memory of a buffer: segments of growing size that hold a contiguous run of bytes. Guarded by the buffer's lock.</summary>
internal sealed class BufferSegments : IDisposable
{
    // A buffer for a line costs one page. A buffer for a file soon grows by 256 KiB at a time.
    private const int FirstSize = 4 * 1024;

    /// <summary>Size of the largest segment, in bytes.</summary>
    public const int MaxSize = 256 * 1024;

    private readonly Queue<BufferSegment> _segments = new();
    private BufferSegment? _last;
    private int _nextSize = FirstSize;

    /// <summary>The oldest segment. Null if there is none.</summary>
    public BufferSegment? Oldest => _segments.TryPeek(out BufferSegment? first) ? first : null;

    /// <summary>Returns free memory after the last byte. <paramref name="end"/> is that byte's offset plus 1.</summary>
    public Memory<byte> GetFree(long end)
    {
        if (_last is null || _last.Free.Length == 0)
        {
            _last = new(end, PooledBytes.Rent(_nextSize));
            _segments.Enqueue(_last);
        }

        return _last.Free;
    }

    /// <summary>Adds bytes that were written to the memory last returned by <see cref="GetFree"/>.</summary>
    public void Commit(int count)
    {
        _last!.Length += count;
        if (_last.Free.Length == 0)
            _nextSize = Math.Min(_nextSize * 4, MaxSize);
    }

    /// <summary>Returns the same memory each time, for bytes that are dropped.</summary>
    public Memory<byte> GetScratch(long end)
    {
        if (_last is not null && _last.Free.Length < FirstSize)
            _last.Length = 0;
        return GetFree(end);
    }

    /// <summary>Returns contiguous bytes from the offset on.</summary>
    public ReadOnlyMemory<byte> At(long offset)
    {
        foreach (BufferSegment segment in _segments)
            if (offset >= segment.Offset && offset < segment.End)
                return segment.Filled[(int)(offset - segment.Offset)..];
        throw new InvalidOperationException($"offset {offset} is not in the buffer's memory");
    }

    /// <summary>Frees the segments before the offset, but not <paramref name="inUse"/> and those after it.</summary>
    public void Release(long offset, BufferSegment? inUse)
    {
        while (_segments.TryPeek(out BufferSegment? first) && first != _last && first != inUse && first.End <= offset)
            _segments.Dequeue().Dispose();
    }

    /// <summary>Frees the oldest segment.</summary>
    public void DropOldest()
    {
        BufferSegment oldest = _segments.Dequeue();
        if (oldest == _last)
            _last = null;
        oldest.Dispose();
    }

    public void Dispose()
    {
        foreach (BufferSegment segment in _segments)
            segment.Dispose();
        _segments.Clear();
        _last = null;
    }
}
