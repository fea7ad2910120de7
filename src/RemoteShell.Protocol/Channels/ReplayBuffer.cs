using System.Runtime.CompilerServices;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Protocol.Channels;

/// <summary>An append-only run of bytes with absolute offsets, kept from the acknowledged offset on. One producer, one reader, any number of watchers.</summary>
/// <remarks>The reader is handed the very memory that the producer filled, and the memory is kept until the bytes are acknowledged: resuming
/// needs no copy. Watchers copy, and hold nothing back. While the reader is away, what memory does not hold goes to an overflow.</remarks>
/// <param name="capacity">Bytes that are held in memory.</param>
/// <param name="from">The offset of the first byte.</param>
/// <param name="tail">Bytes that are kept although they are acknowledged, for whoever comes late. They are held beside the capacity.</param>
public sealed class ReplayBuffer(long capacity, long from = 0, long tail = 0) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly AsyncAutoResetEvent _grown = new();
    private readonly AsyncAutoResetEvent _shrunk = new();
    private readonly ChangeSignal _watched = new();

    // Under _gate. Bytes from _start to _inMemory are in the overflow, from there to _end in the segments.
    private readonly BufferSegments _segments = new();
    private ISpillTarget? _overflow;
    private BufferSegment? _leaving;
    private long _capacity = capacity + tail;
    private long _start = from;
    private long _inMemory = from;
    private long _end = from;
    private long _position = from;
    private bool _isAway;
    private bool _isComplete;
    private bool _isAbandoned;

    // The reader's own.
    private PooledBytes _read;

    /// <summary>The first byte that is still there.</summary>
    public long Start => Volatile.Read(ref _start);

    /// <summary>Bytes appended so far.</summary>
    public long Length => Volatile.Read(ref _end);

    /// <summary>Whether nothing follows.</summary>
    public bool IsComplete => Volatile.Read(ref _isComplete);

    /// <summary>Whether the producer waits, although the reader is away.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Room for the next bytes, once the log holds less than its capacity.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Memory<byte>> GetMemoryAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            SpillingSegment? leaving;
            lock (_gate)
            {
                if (_isAbandoned)
                    return _segments.Waste(_end);
                if (_end - Math.Max(_inMemory, _start) < _capacity)
                    return _segments.Room(_end);
                leaving = PickLeaving();
            }

            if (leaving is not { } piece || !await LeaveAsync(piece).ConfigureAwait(false))
                await _shrunk.WaitAsync(cancellationToken).ConfigureAwait(false);
            IsPaused = false;
        }
    }

    /// <summary>Counts bytes in that were written to the room given last.</summary>
    public void Commit(int count)
    {
        lock (_gate)
        {
            _segments.Commit(count);
            _end += count;
            if (_isAbandoned)
                _start = _inMemory = _position = _end;
        }

        _grown.Set();
        _watched.Set();
    }

    /// <summary>Says that nothing follows.</summary>
    public void Complete()
    {
        lock (_gate)
            _isComplete = true;

        _grown.Set();
        _watched.Set();
    }

    /// <summary>The next bytes for the reader, in one piece, as they stay until <see cref="Advance"/>; none once the log is complete and read.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            long position;
            lock (_gate)
            {
                position = _position;
                if (position >= _inMemory && position < _end)
                    return _segments.At(position);
                if (position >= _end && _isComplete)
                    return default;
            }

            if (position < _inMemory)
                return await ReadOverflowAsync(position).ConfigureAwait(false);
            await _grown.WaitAsync(cancellationToken).ConfigureAwait(false);
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
            offset = Math.Min(offset, _position) - tail;
            if (offset <= _start)
                return;
            _start = offset;
            _segments.Release(_start, _leaving);
            _overflow?.Release(_start);
        }

        _shrunk.Set();
    }

    /// <summary>Copies bytes for a watcher: at most as many as the target takes.</summary>
    /// <returns>How many; 0 at the end of what there is, -1 where the offset is no longer there.</returns>
    public async ValueTask<int> CopyAsync(long offset, Memory<byte> target)
    {
        ISpillTarget overflow;
        lock (_gate)
        {
            if (offset < _start)
                return -1;
            if (offset >= _end)
                return 0;
            if (offset >= _inMemory)
            {
                ReadOnlyMemory<byte> there = _segments.At(offset);
                int count = Math.Min(there.Length, target.Length);
                there[..count].CopyTo(target);
                return count;
            }

            overflow = _overflow!;
            target = target[..(int)Math.Min(target.Length, _inMemory - offset)];
        }

        return await overflow.ReadAsync(offset, target).ConfigureAwait(false) is > 0 and int read && offset >= Start ? read : -1;
    }

    /// <summary>Completes when there is more than <paramref name="length"/> bytes, or the log is complete.</summary>
    public Task GrownAsync(long length)
    {
        lock (_gate)
            return _end > length || _isComplete ? Task.CompletedTask : _watched.NextAsync();
    }

    /// <summary>Lets the producer go on without a reader: what memory does not hold goes to the overflow, which the log owns from now on.</summary>
    public void StartSpilling(Func<ISpillTarget> overflow)
    {
        lock (_gate)
        {
            _overflow ??= overflow();
            _isAway = true;
        }

        _shrunk.Set();
    }

    /// <summary>The reader is there, and reads from that offset; false where it is not there any more, or never was.</summary>
    public bool ResumeAt(long offset)
    {
        lock (_gate)
        {
            if (offset < _start || offset > _end)
                return false;
            _position = offset;
            _isAway = false;
        }

        Acknowledge(offset);
        return true;
    }

    /// <summary>Lets the log hold at least so much: a peer that acknowledges in large steps must be able to make one.</summary>
    public void Enlarge(long capacity)
    {
        lock (_gate)
            _capacity = Math.Max(_capacity, capacity + tail);
        _shrunk.Set();
    }

    /// <summary>Puts into the overflow what memory still holds, while the reader is away; the log must be complete.</summary>
    public async Task StoreAsync()
    {
        while (PickLeaving() is { } piece && await LeaveAsync(piece).ConfigureAwait(false))
            continue;
    }

    /// <summary>Lets a producer that is held look again whether there is room.</summary>
    public void Retry() => _shrunk.Set();

    /// <summary>Says that nobody will read: what is there is forgotten, what comes is counted and dropped, and the producer never waits. No reader may be at work.</summary>
    public void Discard()
    {
        lock (_gate)
        {
            _isAbandoned = true;
            Forget();
        }

        _shrunk.Set();
        _watched.Set();
    }

    /// <summary>Gives the memory back; neither producer nor reader may be at work.</summary>
    public void Dispose()
    {
        Discard();
        lock (_gate)
            if (_leaving is null)
                _segments.Dispose();
        _read.Dispose();
        _read = default;
    }

    // Two pieces may be in use: the one that the producer fills, and the one that is on its way to the overflow.
    private void Forget()
    {
        _start = _inMemory = _position = _end;
        _segments.Release(_end, _leaving);
        if (_leaving is not null)
            return;
        _overflow?.Dispose();
        _overflow = null;
        _isAway = false;
    }

    private SpillingSegment? PickLeaving()
    {
        lock (_gate)
            return _isAway && !_isAbandoned && _leaving is null && Math.Max(_inMemory, _start) < _end ? new(_overflow!, _leaving = _segments.Oldest!, Math.Max(_inMemory, _start)) : null;
    }

    private async ValueTask<bool> LeaveAsync(SpillingSegment leaving)
    {
        (ISpillTarget overflow, BufferSegment oldest, long from) = leaving;
        bool stored = await overflow.TryAppendAsync(from, oldest.Filled[(int)(from - oldest.Offset)..]).ConfigureAwait(false);
        lock (_gate)
        {
            _leaving = null;
            _isAbandoned |= !stored && _isAway && !_isComplete && overflow.GivesUp;
            if (_isAbandoned)
            {
                Forget();
                return true;
            }

            // It may have dropped its oldest bytes for these.
            _start = Math.Max(_start, overflow.Start);
            // The reader may be back, and have this very memory in its hands.
            if (stored && _isAway)
            {
                _inMemory = oldest.End;
                _segments.DropOldest();
            }

            _segments.Release(_start, null);
        }

        IsPaused = !stored;
        return stored;
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadOverflowAsync(long position)
    {
        if (_read.Length == 0)
            _read = PooledBytes.Rent(BufferSegments.LargestSize);
        ISpillTarget? overflow;
        int wanted;
        lock (_gate)
            (overflow, wanted) = (_overflow, (int)Math.Min(BufferSegments.LargestSize, _inMemory - position));
        int read = overflow is null ? 0 : await overflow.ReadAsync(position, _read.Memory[..wanted]).ConfigureAwait(false);
        return read > 0 ? _read.Memory[..read] : throw new ChannelException(ErrorCode.Gone, $"the bytes from offset {position} on are no longer there");
    }
}
