using RemoteShell.Protocol.Frames;

namespace RemoteShell.Protocol.Channels;

/// <summary>The memory of a log: pieces of growing size that hold a run of bytes without a gap. Whoever uses it holds the log's lock.</summary>
internal sealed class BufferSegments : IDisposable
{
    // A log that carries a line costs a page; one that carries a file soon moves a quarter of a mebibyte at a time.
    private const int FirstSize = 4 * 1024;

    /// <summary>The largest piece.</summary>
    public const int LargestSize = 256 * 1024;

    private readonly Queue<BufferSegment> _segments = new();
    private BufferSegment? _last;
    private int _nextSize = FirstSize;

    /// <summary>The oldest piece; null where there is none.</summary>
    public BufferSegment? Oldest => _segments.TryPeek(out BufferSegment? first) ? first : null;

    /// <summary>Room behind the last byte, whose offset is <paramref name="end"/>.</summary>
    public Memory<byte> Room(long end)
    {
        if (_last is null || _last.Free.Length == 0)
        {
            _last = new(end, PooledBytes.Rent(_nextSize));
            _segments.Enqueue(_last);
        }

        return _last.Free;
    }

    /// <summary>Counts bytes in that were written to the room given last.</summary>
    public void Commit(int count)
    {
        _last!.Length += count;
        if (_last.Free.Length == 0)
            _nextSize = Math.Min(_nextSize * 4, LargestSize);
    }

    /// <summary>The same room over and over, for bytes that nobody wants.</summary>
    public Memory<byte> Waste(long end)
    {
        if (_last is not null && _last.Free.Length < FirstSize)
            _last.Length = 0;
        return Room(end);
    }

    /// <summary>The bytes from the offset on, in one piece.</summary>
    public ReadOnlyMemory<byte> At(long offset)
    {
        foreach (BufferSegment segment in _segments)
            if (offset >= segment.Offset && offset < segment.End)
                return segment.Filled[(int)(offset - segment.Offset)..];
        throw new InvalidOperationException($"offset {offset} is not in the log's memory");
    }

    /// <summary>Gives back the pieces before the offset, up to one that is in use.</summary>
    public void Release(long offset, BufferSegment? inUse)
    {
        while (_segments.TryPeek(out BufferSegment? first) && first != _last && first != inUse && first.End <= offset)
            _segments.Dequeue().Dispose();
    }

    /// <summary>Gives back the oldest piece.</summary>
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

/// <summary>One piece of a log's memory.</summary>
internal sealed class BufferSegment(long offset, PooledBytes bytes) : IDisposable
{
    public long Offset => offset;

    public int Length { get; set; }

    public long End => offset + Length;

    public Memory<byte> Filled => bytes.Memory[..Length];

    public Memory<byte> Free => bytes.Memory[Length..];

    public void Dispose() => bytes.Dispose();
}

/// <summary>A piece on its way to the overflow, and where in it the bytes begin that are still wanted.</summary>
internal readonly record struct SpillingSegment(ISpillTarget Overflow, BufferSegment Segment, long From);
