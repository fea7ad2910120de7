namespace RemoteShell.Protocol.Channels;

/// <summary>How far the peer may send: the window's size beyond what has been consumed, said in steps of half of it.</summary>
public sealed class ReceiveWindow
{
    private readonly long _size;

    /// <summary>Begins at offset <paramref name="from"/> with a limit of <paramref name="size"/> bytes beyond it.</summary>
    public ReceiveWindow(long size, long from = 0)
    {
        _size = size;
        Begin(from);
    }

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
        Limit = from > long.MaxValue - _size ? long.MaxValue : from + _size;
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
    }

    /// <summary>Counts data that was delivered.</summary>
    public void Consume(int count) => Consumed += count;

    /// <summary>Moves the limit once half of the window is consumed; true when the peer should be told the new one.</summary>
    public bool TryRaise()
    {
        if (Limit - Consumed > _size / 2)
            return false;
        Raise();
        return true;
    }

    /// <summary>Moves the limit as far as it goes.</summary>
    public void Raise() => Limit = Consumed > long.MaxValue - _size ? long.MaxValue : Consumed + _size;
}
