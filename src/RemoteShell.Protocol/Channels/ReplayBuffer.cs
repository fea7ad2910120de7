using System.Runtime.CompilerServices;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Protocol.Channels;

/// <summary>An append-only byte buffer with absolute offsets. It keeps all bytes from the acknowledged offset on.</summary>
/// <remarks>
/// One producer, one reader, any number of watchers. The reader gets the memory that the producer filled, and that memory is kept
/// until its bytes are acknowledged, so resuming needs no copy. A watcher gets a copy, and never blocks the producer. While the
/// reader is away, what does not fit into memory goes to an <see cref="ISpillTarget"/>.
/// </remarks>
/// <param name="capacity">Bytes that are kept in memory at first; more after <see cref="EnsureCapacity"/>.</param>
/// <param name="from">Offset of the first byte.</param>
/// <param name="tail">Number of acknowledged bytes that are kept in addition, for a reader that attaches later.</param>
/// <param name="budget">Where the memory of a large window is taken from. Default: null, for no limit.</param>
public sealed class ReplayBuffer(long capacity, long from = 0, long tail = 0, WindowBudget? budget = null) : IDisposable
{
    // What is taken from the budget at a time, and what a buffer that is not complete keeps of it although it holds less.
    private const long GrowthStep = BufferSegments.MaxSize;
    private const long KeptGrowth = 4 * GrowthStep;

    private readonly Lock _gate = new();
    private readonly AsyncAutoResetEvent _grown = new();
    private readonly AsyncAutoResetEvent _shrunk = new();
    private readonly ChangeSignal _watched = new();

    // Guarded by _gate. Bytes from _start to _memoryStart are in _spill, from there to _end in _segments. _spilling is being written to
    // _spill.
    private readonly BufferSegments _segments = new();
    private ISpillTarget? _spill;
    private BufferSegment? _spilling;
    private long _capacity = capacity + tail;
    private long _wanted = capacity + tail;
    private long _grownBy;
    private long _start = from;
    private long _memoryStart = from;
    private long _end = from;
    private long _position = from;
    private bool _isReaderAway;
    private bool _storesAll;
    private bool _isComplete;
    private bool _isDiscarded;

    // Used only by the reader.
    private PooledBytes _readBuffer;

    /// <summary>Offset of the first byte that is still kept.</summary>
    public long Start => Volatile.Read(ref _start);

    /// <summary>Offset after the last appended byte.</summary>
    public long Length => Volatile.Read(ref _end);

    /// <summary>Whether no more bytes follow.</summary>
    public bool IsComplete => Volatile.Read(ref _isComplete);

    /// <summary>Offset of the next byte that the reader gets.</summary>
    public long Position
    {
        get
        {
            lock (_gate)
                return _position;
        }
    }

    /// <summary>Whether the producer waits because the spill target is full.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Called with all bytes before they are in the buffer, also with those that it drops. Default: null.</summary>
    /// <remarks>It must not block: the producer waits for it.</remarks>
    public Action<ReadOnlySpan<byte>>? Appended { get; set; }

    /// <summary>Returns memory for the next bytes. Waits until the buffer holds less than its capacity.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Memory<byte>> GetMemoryAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            SpillingSegment? spilling;
            lock (_gate)
            {
                if (_isDiscarded)
                    return _segments.GetScratch(_end);
                if (Held < (_isReaderAway ? _capacity - _grownBy : _capacity) || TryGrow())
                    return _segments.GetFree(_end);
                spilling = NextToSpill();
            }

            if (spilling is not { } piece || !await SpillAsync(piece).ConfigureAwait(false))
                await _shrunk.WaitAsync(cancellationToken).ConfigureAwait(false);
            IsPaused = false;
        }
    }

    /// <summary>Appends bytes that were written to the memory last returned by <see cref="GetMemoryAsync"/>.</summary>
    public void Commit(int count)
    {
        if (Appended is { } appended && count > 0)
            appended(Written(count).Span);
        lock (_gate)
        {
            _segments.Commit(count);
            _end += count;
            if (_isDiscarded)
                _start = _memoryStart = _position = _end;
        }

        _grown.Set();
        _watched.Set();
    }

    private ReadOnlyMemory<byte> Written(int count)
    {
        lock (_gate)
            return _segments.GetFree(_end)[..count];
    }

    /// <summary>Marks the end: no more bytes follow.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isComplete = true;
            ReturnGrowth();
        }

        _grown.Set();
        _watched.Set();
    }

    /// <summary>Returns the next bytes for the reader. They stay valid until <see cref="Advance"/>.</summary>
    /// <returns>Contiguous bytes; empty if the buffer is complete and all of it was read.</returns>
    /// <exception cref="ChannelException">The bytes are not kept any more.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            long position;
            lock (_gate)
            {
                position = _position;
                if (position >= _memoryStart && position < _end)
                    return _segments.At(position);
                if (position >= _end && _isComplete)
                    return default;
            }

            if (position < _memoryStart)
                return await ReadSpillAsync(position).ConfigureAwait(false);
            await _grown.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Moves the reader past bytes that it has read.</summary>
    public void Advance(int count)
    {
        lock (_gate)
            _position += count;
    }

    /// <summary>Frees all bytes before the offset, but not those that the reader has not passed, even if the peer claims them.</summary>
    public void Acknowledge(long offset)
    {
        lock (_gate)
        {
            offset = Math.Min(offset, _position) - tail;
            if (offset <= _start)
                return;
            _start = offset;
            _segments.Release(_start, _spilling);
            _spill?.Release(_start);
            ReturnGrowth();
        }

        _shrunk.Set();
    }

    /// <summary>Copies bytes for a watcher, at most as many as fit into the target.</summary>
    /// <returns>Number of bytes; 0 if there are none at the offset yet, -1 if the offset is not kept any more.</returns>
    public async ValueTask<int> CopyAsync(long offset, Memory<byte> target)
    {
        ISpillTarget spill;
        lock (_gate)
        {
            if (offset < _start)
                return -1;
            if (offset >= _end)
                return 0;
            if (offset >= _memoryStart)
            {
                ReadOnlyMemory<byte> there = _segments.At(offset);
                int count = Math.Min(there.Length, target.Length);
                there[..count].CopyTo(target);
                return count;
            }

            spill = _spill!;
            target = target[..(int)Math.Min(target.Length, _memoryStart - offset)];
        }

        int read = await spill.ReadAsync(offset, target).ConfigureAwait(false);
        // The offset may have been freed during the read.
        return read > 0 && offset >= Start ? read : -1;
    }

    /// <summary>Copies all bytes from the offset on, if they fit into the target, and all of them are in memory.</summary>
    /// <returns>Whether they were copied.</returns>
    public bool TryCopyAll(long offset, Span<byte> target, out int count)
    {
        lock (_gate)
        {
            long length = _end - offset;
            count = 0;
            if (_start > offset || _memoryStart > offset || length > target.Length)
                return false;
            while (count < length)
            {
                ReadOnlySpan<byte> next = _segments.At(offset + count).Span;
                next = next[..(int)Math.Min(next.Length, length - count)];
                next.CopyTo(target[count..]);
                count += next.Length;
            }

            return true;
        }
    }

    /// <summary>Completes when <see cref="Length"/> is above <paramref name="length"/>, or the buffer is complete.</summary>
    public Task GrownAsync(long length)
    {
        lock (_gate)
            return _end > length || _isComplete ? Task.CompletedTask : _watched.NextAsync();
    }

    /// <summary>Marks the reader as away: what does not fit into memory goes to the spill target, which the buffer disposes.</summary>
    /// <remarks>So does what the buffer holds beyond its first size, even if the producer writes nothing more.</remarks>
    public void StartSpilling(Func<ISpillTarget> spill)
    {
        lock (_gate)
        {
            _spill ??= spill();
            _isReaderAway = true;
            ReturnGrowth();
        }

        _shrunk.Set();
        _ = StoreNextAsync();
    }

    /// <summary>Marks the reader as back, at this offset. Returns false if the offset is not kept any more, or is beyond the end.</summary>
    public bool ResumeAt(long offset)
    {
        lock (_gate)
        {
            if (offset < _start || offset > _end)
                return false;
            _position = offset;
            _isReaderAway = _storesAll = false;
        }

        Acknowledge(offset);
        return true;
    }

    /// <summary>Lets the capacity grow to this many bytes, which is the peer's window.</summary>
    /// <remarks>
    /// What the peer needs to acknowledge in time, <see cref="ReceiveWindow.LargestNeed"/> at most, is there at once. The rest is taken
    /// from the budget when the bytes are there, and is returned when they are acknowledged.
    /// </remarks>
    public void EnsureCapacity(long capacity)
    {
        lock (_gate)
        {
            _wanted = Math.Max(_wanted, capacity + tail);
            _capacity = Math.Max(_capacity, Math.Min(capacity, ReceiveWindow.LargestNeed) + tail);
        }

        _shrunk.Set();
    }

    /// <summary>Follows the peer's window, which may become smaller too. The memory of the first size stays.</summary>
    /// <param name="capacity">The window's size in bytes.</param>
    public void Resize(long capacity)
    {
        lock (_gate)
            _wanted = Math.Max(capacity + tail, _capacity - _grownBy);
        EnsureCapacity(capacity);
    }

    /// <summary>Moves all bytes in memory to the spill target, while the reader is away. The buffer must be complete.</summary>
    public Task StoreAsync()
    {
        lock (_gate)
            _storesAll = true;
        return StoreNextAsync();
    }

    /// <summary>Makes a paused producer try again, because the spill target may have room now.</summary>
    public void Retry() => _shrunk.Set();

    /// <summary>Frees all bytes, and drops those that follow, which are still counted. The producer never waits again.</summary>
    /// <remarks>The reader must have stopped.</remarks>
    public void Discard()
    {
        lock (_gate)
        {
            _isDiscarded = true;
            DropAll();
        }

        _shrunk.Set();
        _watched.Set();
    }

    /// <summary>Frees the memory. The producer and the reader must have stopped.</summary>
    public void Dispose()
    {
        Discard();
        lock (_gate)
            if (_spilling is null)
                _segments.Dispose();
        _readBuffer.Dispose();
        _readBuffer = default;
    }

    // Bytes in memory. Called under _gate.
    private long Held => _end - Math.Max(_memoryStart, _start);

    // Called under _gate. While the reader is away, what is more goes to the spill target, and so does what had grown before.
    private bool TryGrow()
    {
        long more = Math.Min(GrowthStep, _wanted - _capacity);
        if (more <= 0 || _isReaderAway || budget?.TryTake(more) == false)
            return false;
        _capacity += more;
        _grownBy += more;
        return true;
    }

    // Called under _gate when the buffer holds less than before.
    private void ReturnGrowth()
    {
        long spare = _isComplete || _isDiscarded || _isReaderAway ? 0 : KeptGrowth;
        long less = Math.Min(_grownBy, _capacity - Held - spare);
        if (less <= 0)
            return;
        budget?.Return(less);
        _capacity -= less;
        _grownBy -= less;
    }

    // Two segments may be in use: the one that the producer fills, and the one that is being spilled.
    private void DropAll()
    {
        _start = _memoryStart = _position = _end;
        ReturnGrowth();
        _segments.Release(_end, _spilling);
        if (_spilling is not null)
            return;
        _spill?.Dispose();
        _spill = null;
        _isReaderAway = false;
    }

    private SpillingSegment? NextToSpill()
    {
        lock (_gate)
        {
            long first = Math.Max(_memoryStart, _start);
            if (!_isReaderAway || _isDiscarded || _spilling is not null || first >= _end)
                return null;
            _spilling = _segments.Oldest!;
            return new(_spill!, _spilling, first);
        }
    }

    // Stores piece after piece, beside the producer, which does not fill the oldest segment while the buffer has grown. If a piece is being
    // stored already, who stores it goes on.
    private async Task StoreNextAsync()
    {
        bool stored = true;
        while (stored && NextToStore() is { } piece)
        {
            stored = await SpillAsync(piece).ConfigureAwait(false);
            // Here no producer waits for the spill target. One may wait for the segment.
            IsPaused = false;
            _shrunk.Set();
        }
    }

    private SpillingSegment? NextToStore()
    {
        lock (_gate)
            return _storesAll || _grownBy > 0 ? NextToSpill() : null;
    }

    private async ValueTask<bool> SpillAsync(SpillingSegment spilling)
    {
        (ISpillTarget spill, BufferSegment oldest, long from) = spilling;
        bool stored = await spill.TryAppendAsync(from, oldest.Filled[(int)(from - oldest.Offset)..]).ConfigureAwait(false);
        lock (_gate)
        {
            _spilling = null;
            if (!stored && _isReaderAway && !_isComplete && spill.DiscardsWhenFull)
                _isDiscarded = true;
            if (_isDiscarded)
            {
                DropAll();
                return true;
            }

            // The spill target may have dropped its oldest bytes to make room.
            _start = Math.Max(_start, spill.Start);
            // If the reader is back, it may be reading this segment.
            if (stored && _isReaderAway)
            {
                _memoryStart = oldest.End;
                _segments.DropOldest();
            }

            _segments.Release(_start, null);
            ReturnGrowth();
        }

        IsPaused = !stored;
        return stored;
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadSpillAsync(long position)
    {
        if (_readBuffer.Length == 0)
            _readBuffer = PooledBytes.Rent(BufferSegments.MaxSize);
        ISpillTarget? spill;
        int wanted;
        lock (_gate)
            (spill, wanted) = (_spill, (int)Math.Min(BufferSegments.MaxSize, _memoryStart - position));
        int read = spill is null ? 0 : await spill.ReadAsync(position, _readBuffer.Memory[..wanted]).ConfigureAwait(false);
        if (read <= 0)
            throw new ChannelException(ErrorCode.Gone, $"the bytes from offset {position} on are not kept any more");
        return _readBuffer.Memory[..read];
    }
}
