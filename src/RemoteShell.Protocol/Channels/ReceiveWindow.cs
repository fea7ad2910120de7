namespace RemoteShell.Protocol.Channels;

/// <summary>Tracks how far the peer may send: the window's size beyond what was consumed.</summary>
/// <remarks>The size grows if the consumer waits because the network path holds more bytes than the window.</remarks>
public sealed class ReceiveWindow
{
    /// <summary>The largest window: 16 MiB. It fills 1 Gbit/s at a round trip of 130 ms.</summary>
    public const long MaxSize = 16 * 1024 * 1024;

    // The limit moves in steps of half the window. For a large window the steps are smaller, so that most of it is always in flight.
    private const long MaxStep = 512 * 1024;

    /// <summary>A sender that keeps this much, or a whole window if that is smaller, gets the next limit in time: 1 MiB.</summary>
    public const long LargestNeed = 2 * MaxStep;

    // A shorter wait usually means that the CPU was busy. Growing by 1 MiB at each wait of 5 ms is 1.6 Gbit/s.
    private static readonly TimeSpan MinWait = TimeSpan.FromMilliseconds(5);

    // After a longer wait the producer probably had no data, and stopped at the limit by chance.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly WindowBudget _budget;
    private readonly long _initialSize;

    // Limits that were sent and not reached yet. A sender that stops because of the window stops at one of them.
    private readonly Queue<long> _announced = new();
    private long? _starvedAt;
    private long _grownBy;
    private bool _hasEnded;

    /// <summary>Starts at offset <paramref name="from"/> with a limit of <paramref name="size"/> bytes beyond it.</summary>
    /// <param name="size">The first size, in bytes.</param>
    /// <param name="from">Offset of the first byte.</param>
    /// <param name="time">The clock. Default: null, for the system's.</param>
    /// <param name="budget">Where the growth is taken from. Default: null, for <see cref="WindowBudget.Process"/>.</param>
    public ReceiveWindow(long size, long from = 0, TimeProvider? time = null, WindowBudget? budget = null)
    {
        (Size, _initialSize) = (size, size);
        (_time, _budget) = (time ?? TimeProvider.System, budget ?? WindowBudget.Process);
        Begin(from);
    }

    /// <summary>Bytes that may be in flight or waiting here.</summary>
    public long Size { get; private set; }

    /// <summary>Whether the window is larger than at first.</summary>
    public bool HasGrown => Size > _initialSize;

    /// <summary>The offset up to which the peer may send.</summary>
    public long Limit { get; private set; }

    /// <summary>Offset of the next byte to receive.</summary>
    public long Received { get; private set; }

    /// <summary>All bytes before this offset have been delivered.</summary>
    public long Consumed { get; private set; }

    /// <summary>Starts at another offset. Nothing may have been received yet.</summary>
    public void Begin(long from)
    {
        Received = Consumed = from;
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
        while (_announced.TryPeek(out long reached) && reached < Received)
            _announced.Dequeue();
        if (_starvedAt is { } since && _time.GetElapsedTime(since) is var wait && wait >= MinWait && wait <= MaxWait)
            Grow();
        _starvedAt = null;
    }

    /// <summary>Adds delivered data.</summary>
    public void Consume(int count)
    {
        Consumed += count;
        ReturnGrowth();
    }

    /// <summary>Records that the consumer found no data. If the peer has reached the limit, the window is the bottleneck.</summary>
    public void MarkStarved()
    {
        if (Consumed == Received && _announced.TryPeek(out long reached) && reached == Received)
            _starvedAt ??= _time.GetTimestamp();
    }

    /// <summary>Moves the limit if a step was consumed. Returns true if the new limit must be sent.</summary>
    public bool TryRaise()
    {
        if (Limit - Consumed > Size - Math.Min(Size / 2, MaxStep))
            return false;
        Move();
        return true;
    }

    /// <summary>Moves the limit as far as possible, to send it on another connection. A wait on the old path is not measured.</summary>
    public void Raise()
    {
        _starvedAt = null;
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

    private void Move()
    {
        long limit = Consumed > long.MaxValue - Size ? long.MaxValue : Consumed + Size;
        if (limit != Limit || _announced.Count == 0)
            _announced.Enqueue(limit);
        Limit = limit;
    }

    private void Grow()
    {
        long more = Math.Min(Size, MaxSize - Size);
        if (_hasEnded || more <= 0 || !_budget.TryTake(more))
            return;
        Size += more;
        _grownBy += more;
    }

    private void ReturnGrowth()
    {
        if (!_hasEnded || Consumed < Received)
            return;
        _budget.Return(_grownBy);
        _grownBy = 0;
    }
}
