using System.Runtime.CompilerServices;
using RemoteShell.Protocol.Channels;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Server.Jobs;

/// <summary>An append-only run of bytes with absolute offsets, kept in memory from the acknowledged offset on. One producer, one reader.</summary>
/// <remarks>The reader is handed the very memory that the producer filled, and the memory is kept until the bytes are acknowledged: resuming needs no copy.</remarks>
internal sealed class ByteLog(long capacity) : IDisposable
{
    // A log that carries a line costs a page; one that carries a file soon moves a quarter of a mebibyte at a time.
    private const int FirstSegment = 4 * 1024;
    private const int LargestSegment = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly Waiter _grown = new();
    private readonly Waiter _shrunk = new();

    // Under _gate. Segments hold the bytes from _start to _end without a gap.
    private readonly Queue<Segment> _segments = new();
    private Segment? _last;
    private long _start;
    private long _end;
    private long _position;
    private int _nextSize = FirstSegment;
    private bool _isComplete;
    private bool _isAbandoned;

    /// <summary>Bytes appended so far.</summary>
    public long Length
    {
        get
        {
            lock (_gate)
                return _end;
        }
    }

    /// <summary>Room for the next bytes, once the log holds less than its capacity.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Memory<byte>> GetMemoryAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_isAbandoned)
                    return Reuse();
                if (_end - _start < capacity)
                    return Tail().Free;
            }

            await _shrunk.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Counts bytes in that were written to the room given last.</summary>
    public void Commit(int count)
    {
        lock (_gate)
        {
            _last!.Length += count;
            _end += count;
            if (_isAbandoned)
                _start = _position = _end;
            else if (_last.Free.Length == 0)
                _nextSize = Math.Min(_nextSize * 4, LargestSegment);
        }

        _grown.Set();
    }

    /// <summary>Copies bytes in, waiting for room where it must.</summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            Memory<byte> room = await GetMemoryAsync(CancellationToken.None);
            int count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            Commit(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>Says that nothing follows.</summary>
    public void Complete()
    {
        lock (_gate)
            _isComplete = true;
        _grown.Set();
    }

    /// <summary>The next bytes for the reader, in one piece; none once the log is complete and read.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_position < _end)
                    return At(_position);
                if (_isComplete)
                    return default;
            }

            await _grown.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Moves the reader past bytes that it has done with.</summary>
    public void Advance(int count)
    {
        lock (_gate)
            _position += count;
    }

    /// <summary>Forgets everything before the offset. What the reader still has in its hands is kept, whatever the peer claims.</summary>
    public void Acknowledge(long offset)
    {
        lock (_gate)
        {
            offset = Math.Min(offset, _position);
            if (offset <= _start)
                return;
            _start = offset;
            while (_segments.TryPeek(out Segment? first) && first != _last && first.Offset + first.Length <= _start)
                _segments.Dequeue().Dispose();
        }

        _shrunk.Set();
    }

    /// <summary>Says that nobody reads any more: what comes from now on is counted and dropped, and the producer never waits.</summary>
    public void Abandon()
    {
        lock (_gate)
            _isAbandoned = true;
        _shrunk.Set();
    }

    /// <summary>Gives the memory back; neither producer nor reader may be at work.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (Segment segment in _segments)
                segment.Dispose();
            _segments.Clear();
            _last = null;
            _start = _position = _end;
        }
    }

    private Segment Tail()
    {
        if (_last is null || _last.Free.Length == 0)
        {
            _last = new(_end, PooledBytes.Rent(_nextSize));
            _segments.Enqueue(_last);
        }

        return _last;
    }

    private Memory<byte> Reuse()
    {
        // One segment is written over and over.
        if (_last is not null && _last.Free.Length < FirstSegment)
            _last.Length = 0;
        return Tail().Free;
    }

    private ReadOnlyMemory<byte> At(long offset)
    {
        foreach (Segment segment in _segments)
            if (offset < segment.Offset + segment.Length)
                return segment.Filled[(int)(offset - segment.Offset)..];
        throw new InvalidOperationException($"offset {offset} is not in the log");
    }

    private sealed class Segment(long offset, PooledBytes bytes) : IDisposable
    {
        public long Offset { get; } = offset;

        public int Length { get; set; }

        public Memory<byte> Filled => bytes.Memory[..Length];

        public Memory<byte> Free => bytes.Memory[Length..];

        public void Dispose() => bytes.Dispose();
    }
}
