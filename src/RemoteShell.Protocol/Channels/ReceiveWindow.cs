namespace RemoteShell.Protocol.Channels;

/// <summary>How far the peer may send: the window's size beyond what has been consumed, said in steps of half of it.</summary>
public sealed class ReceiveWindow
{
    private readonly long _size;

    /// <summary>Begins at offset 0 with a limit of <paramref name="size"/> bytes.</summary>
    public ReceiveWindow(long size) => _size = Limit = size;

    /// <summary>The offset up to which the peer may send, as it has been told.</summary>
    public long Limit { get; private set; }

    /// <summary>The next byte's offset.</summary>
    public long Received { get; private set; }

    /// <summary>Everything before this offset has been delivered for good.</summary>
    public long Consumed { get; private set; }

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

    /// <summary>Counts data that was delivered; true when the peer should be told the new limit.</summary>
    public bool Consume(int count)
    {
        Consumed += count;
        if (Limit - Consumed > _size / 2)
            return false;
        Limit = Consumed + _size;
        return true;
    }
}
