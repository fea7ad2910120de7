using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>Tracks how far the peer may send: the window's size beyond what was consumed.</summary>
/// <remarks>
/// The size doubles if the consumer waits because the network path holds more bytes than the window. It quadruples if the wait is more
/// than half of a round trip: twice the bytes would not fill the path. It halves, not below the first
/// size, if more than half of it waits here all the time: the consumer is the bottleneck, and a smaller window is as fast.
/// </remarks>
public sealed class ReceiveWindow
{
    /// <summary>The largest window: 32 MiB. It fills 2.6 Gbit/s at a round trip of 100 ms.</summary>
    public const long MaxSize = WireRange.MaxWindow;

    // The limit moves in steps of half the window. For a large window the steps are smaller, so that most of it is always in flight.
    private const long MaxStep = 512 * 1024;

    /// <summary>A sender that keeps this much, or a whole window if that is smaller, gets the next limit in time: 1 MiB.</summary>
    public const long LargestNeed = 2 * MaxStep;

    // A shorter wait usually means that the CPU was busy. Growing by 1 MiB at each wait of 5 ms is 1.6 Gbit/s. A path whose round trip
    // was ever shorter needs no larger window.
    private static readonly TimeSpan MinWait = TimeSpan.FromMilliseconds(5);

    // After a longer wait the producer probably had no data, and stopped at the limit by chance.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly WindowBudget _budget;
    private readonly long _initialSize;

    // Limits that were sent and not reached yet, and when. A sender that stops because of the window stops at one of them.
    private readonly Queue<(long Limit, long Time)> _announced = new();
    private TimeSpan _shortestRoundTrip = TimeSpan.MaxValue;
    private long? _starvedAt;
    private long _grownBy;
    private bool _hasEnded;

    // What the size becomes as bytes are consumed; below it only while the window shrinks.
    private long _target;

    // The fewest bytes that the consumer left waiting since the last look, and the offset of the next one.
    private long _leastWaiting = long.MaxValue;
    private long _nextLook;

    /// <summary>Starts at offset <paramref name="from"/> with a limit of <paramref name="size"/> bytes beyond it.</summary>
    /// <param name="size">The first size, in bytes.</param>
    /// <param name="from">Offset of the first byte.</param>
    /// <param name="time">The clock. Default: null, for the system's.</param>
    /// <param name="budget">Where the growth is taken from. Default: null, for <see cref="WindowBudget.Process"/>.</param>
    public ReceiveWindow(long size, long from = 0, TimeProvider? time = null, WindowBudget? budget = null)
    {
        (Size, _initialSize, _target) = (size, size, size);
        (_time, _budget) = (time ?? TimeProvider.System, budget ?? WindowBudget.Process);
        Begin(from);
    }

    /// <summary>Bytes that may be in flight or waiting here.</summary>
    public long Size { get; private set; }

    /// <summary>Whether the window was ever larger than at first. From then on each announcement states its size.</summary>
    public bool HasGrown { get; private set; }

    /// <summary>The offset up to which the peer may send.</summary>
    public long Limit { get; private set; }

    /// <summary>Offset of the next byte to receive.</summary>
    public long Received { get; private set; }

    /// <summary>All bytes before this offset have been delivered.</summary>
    public long Consumed { get; private set; }

    /// <summary>Starts at another offset. Nothing may have been received yet.</summary>
    public void Begin(long from)
    {
        Received = Consumed = Limit = from;
        _nextLook = from + Size;
        _announced.Clear();
        Raise();
    }

    /// <summary>Adds received data.</summary>
    /// <exception cref="ChannelException">The data is not at the next offset, or goes beyond the limit.</exception>
    public void Receive(long offset, int count)
    {
        if (offset != Received)
            throw new ChannelException(ErrorCode.BadOffset, $"data at offset {offset}, but the next byte is at {Received}");
        if (count > Limit - Received)
            throw new ChannelException(ErrorCode.WindowOverrun, $"data up to {offset + count} exceeds the window's limit of {Limit}");
        Received += count;
        PassLimits();
        if (_starvedAt is { } since && _time.GetElapsedTime(since) is var wait && wait >= MinWait && wait <= MaxWait)
            Grow(wait);
        _starvedAt = null;
    }

    /// <summary>Adds delivered data.</summary>
    public void Consume(int count)
    {
        Consumed += count;
        _leastWaiting = Math.Min(_leastWaiting, Received - Consumed);
        if (Consumed >= _nextLook)
            Look();
        ReturnGrowth();
    }

    /// <summary>Records that the consumer found no data. If the peer has reached the limit, the window is the bottleneck.</summary>
    public void MarkStarved()
    {
        if (Consumed == Received && _announced.TryPeek(out (long Limit, long Time) next) && next.Limit == Received)
            _starvedAt ??= _time.GetTimestamp();
    }

    /// <summary>Moves the limit, or shrinks the window below it, if a step was consumed.</summary>
    /// <returns>True if limit and size must be sent.</returns>
    public bool TryRaise()
    {
        if (Limit - Consumed > Size - Math.Min(Size / 2, MaxStep))
            return false;
        Move();
        return true;
    }

    /// <summary>Moves the limit as far as possible, to send it on another connection. The old path is not measured any more.</summary>
    public void Raise()
    {
        _starvedAt = null;
        _shortestRoundTrip = TimeSpan.MaxValue;
        Move();
    }

    /// <summary>Marks the end of the data. Once all of it is consumed, the growth is returned to the budget.</summary>
    public void End()
    {
        _hasEnded = true;
        ReturnGrowth();
    }

    /// <summary>Marks the end of the data, and counts all of it as consumed.</summary>
    public void Discard()
    {
        Consumed = Received;
        End();
    }

    // The peer could not send what is beyond a limit before it got the next one.
    private void PassLimits()
    {
        while (_announced.TryPeek(out (long Limit, long Time) reached) && reached.Limit < Received)
        {
            _announced.Dequeue();
            if (_announced.TryPeek(out (long Limit, long Time) next) && _time.GetElapsedTime(next.Time) is var roundTrip
                && roundTrip < _shortestRoundTrip)
            {
                _shortestRoundTrip = roundTrip;
            }
        }
    }

    // The limit never goes back. A window that shrinks keeps it until enough is consumed, and so acknowledges all the same.
    private void Move()
    {
        long limit = Consumed > long.MaxValue - _target ? long.MaxValue : Math.Max(Limit, Consumed + _target);
        if (limit != Limit || _announced.Count == 0)
            _announced.Enqueue((limit, _time.GetTimestamp()));
        Limit = limit;
        Resize(Math.Max(_target, limit - Consumed));
    }

    private void Grow(TimeSpan wait)
    {
        long more = Math.Min(wait > _shortestRoundTrip / 2 ? 3 * Size : Size, MaxSize - Size);
        bool isLong = _shortestRoundTrip >= MinWait && _target == Size;
        if (_hasEnded || !isLong || more <= 0 || !_budget.TryTake(more))
            return;
        Size += more;
        _target = Size;
        _grownBy += more;
        HasGrown = true;
        BeginLook();
    }

    // Once in a window of consumed bytes.
    private void Look()
    {
        if (_leastWaiting > _target / 2)
            _target = Math.Max(_target / 2, _initialSize);
        BeginLook();
    }

    private void BeginLook()
    {
        _leastWaiting = long.MaxValue;
        _nextLook = Consumed + Math.Max(_target, MaxStep);
    }

    private void Resize(long size)
    {
        long less = Math.Min(Size - size, _grownBy);
        Size = size;
        if (less <= 0)
            return;
        _budget.Return(less);
        _grownBy -= less;
    }

    private void ReturnGrowth()
    {
        if (!_hasEnded || Consumed < Received)
            return;
        _budget.Return(_grownBy);
        _grownBy = 0;
    }
}
