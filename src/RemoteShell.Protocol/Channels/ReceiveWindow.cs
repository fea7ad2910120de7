namespace RemoteShell.Protocol.Channels;

/// <summary>How far the peer may send: the window's size beyond what has been consumed. The size grows with the path, where the path is what the consumer waits for.</summary>
public sealed class ReceiveWindow
{
    /// <summary>No window is larger: 16 MiB, which fill 1 Gbit/s at a round trip of 130 ms.</summary>
    public const long Largest = 16 * 1024 * 1024;

    // The limit is told in steps of half the window, and of a large one in smaller parts, so that most of it is always under way.
    private const long LongestStep = 512 * 1024;

    // A shorter one is mostly a processor that had something else to do, and a mebibyte at each of them would be 1.6 Gbit/s.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(5);

    // A longer one is a producer that had nothing, and happened to stop where it had to.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly long _first;

    // Limits that were told and not reached yet. A sender that stops, stops at one of them if it stops for the window's sake.
    private readonly Queue<long> _told = new();
    private long? _starvedAt;
    private long _taken;
    private bool _isOver;

    /// <summary>Begins at offset <paramref name="from"/> with a limit of <paramref name="size"/> bytes beyond it.</summary>
    public ReceiveWindow(long size, long from = 0, TimeProvider? time = null)
    {
        (Size, _first, _time) = (size, size, time ?? TimeProvider.System);
        Begin(from);
    }

    /// <summary>Bytes that may be under way or wait here.</summary>
    public long Size { get; private set; }

    /// <summary>Whether it is larger than it was at first.</summary>
    public bool HasGrown => Size > _first;

    /// <summary>The offset up to which the peer may send, as it has been told.</summary>
    public long Limit { get; private set; }

    /// <summary>The next byte's offset.</summary>
    public long Received { get; private set; }

    /// <summary>Everything before this offset has been delivered for good.</summary>
    public long Consumed { get; private set; }

    /// <summary>Begins at another offset; nothing may have been received yet.</summary>
    public void Begin(long from)
    {
        Received = Consumed = from;
        _told.Clear();
        Raise();
    }

    /// <summary>Counts data that came.</summary>
    /// <exception cref="ChannelException">It does not begin where the stream stands, or goes beyond the limit.</exception>
    public void Receive(long offset, int count)
    {
        if (offset != Received)
            throw new ChannelException(ErrorCode.BadOffset, $"data at offset {offset}, where {Received} must come next");
        if (count > Limit - Received)
            throw new ChannelException(ErrorCode.WindowOverrun, $"data up to offset {offset + count}, beyond the window's limit of {Limit}");
        Received += count;
        while (_told.TryPeek(out long reached) && reached < Received)
            _told.Dequeue();
        if (_starvedAt is { } since && _time.GetElapsedTime(since) is var wait && wait >= ShortestWait && wait <= LongestWait)
            Grow();
        _starvedAt = null;
    }

    /// <summary>Counts data that was delivered.</summary>
    public void Consume(int count)
    {
        Consumed += count;
        GiveBack();
    }

    /// <summary>Says that the consumer found nothing. Where all came that the peer had leave for, it is the window that the consumer waits for.</summary>
    public void Starve()
    {
        if (Consumed == Received && _told.TryPeek(out long reached) && reached == Received)
            _starvedAt ??= _time.GetTimestamp();
    }

    /// <summary>Moves the limit once a step is consumed; true when the peer should be told the new one.</summary>
    public bool TryRaise()
    {
        if (Limit - Consumed > Size - Math.Min(Size / 2, LongestStep))
            return false;
        Move();
        return true;
    }

    /// <summary>Moves the limit as far as it goes, to be told on another path: how long the first one's took says nothing of it.</summary>
    public void Raise()
    {
        _starvedAt = null;
        Move();
    }

    /// <summary>Says that nothing more comes. What it has grown by is given back once everything that came is consumed.</summary>
    public void End()
    {
        _isOver = true;
        GiveBack();
    }

    /// <summary>Says that nothing more comes, and that nothing that came is kept.</summary>
    public void Abandon()
    {
        Consumed = Received;
        End();
    }

    private void Move()
    {
        long limit = Consumed > long.MaxValue - Size ? long.MaxValue : Consumed + Size;
        if (limit != Limit || _told.Count == 0)
            _told.Enqueue(limit);
        Limit = limit;
    }

    private void Grow()
    {
        long more = Math.Min(Size, Largest - Size);
        if (_isOver || more <= 0 || !WindowGrowth.TryTake(more))
            return;
        Size += more;
        _taken += more;
    }

    private void GiveBack()
    {
        if (!_isOver || Consumed < Received)
            return;
        WindowGrowth.GiveBack(_taken);
        _taken = 0;
    }
}

/// <summary>How much all windows of this process may have grown, together: whatever the number of streams, so much memory and no more.</summary>
internal static class WindowGrowth
{
    /// <summary>Bytes: 64 MiB.</summary>
    public const long Most = 64 * 1024 * 1024;

    private static long _taken;

    /// <summary>Takes so many bytes; false where they are not there.</summary>
    public static bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= Most)
            return true;
        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    /// <summary>Gives bytes back that were taken.</summary>
    public static void GiveBack(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
