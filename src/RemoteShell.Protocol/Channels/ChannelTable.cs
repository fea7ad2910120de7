namespace RemoteShell.Protocol.Channels;

/// <summary>The open channels of one connection. The client's have odd numbers and the server's even ones, each higher than the one before.</summary>
internal sealed class ChannelTable
{
    private readonly uint _firstOwn;
    private readonly Lock _gate = new();

    // Under _gate.
    private readonly Dictionary<uint, Channel> _open = [];
    private uint _nextOwn;
    private uint _highestOfPeer;
    private int _ofPeer;

    public ChannelTable(uint firstOwn) => _firstOwn = _nextOwn = firstOwn;

    public Channel Add(Func<uint, Channel> make)
    {
        lock (_gate)
        {
            Channel channel = make(_nextOwn);
            _nextOwn += 2;
            _open.Add(channel.Id, channel);
            return channel;
        }
    }

    // How many the peer has open, the new one included.
    public int AddOfPeer(Channel channel)
    {
        lock (_gate)
        {
            if (IsOwn(channel.Id) || channel.Id <= _highestOfPeer)
                throw new ConnectionException(new(ErrorCode.OutOfOrder, $"channel {channel.Id} cannot be opened: its number must be {(_firstOwn == 1 ? "even" : "odd")} and above {_highestOfPeer}"));
            _highestOfPeer = channel.Id;
            _open.Add(channel.Id, channel);
            return ++_ofPeer;
        }
    }

    // Why the connection ended; a channel that is added later ends at once.
    public Exception? Ended { get; private set; }

    public Channel[] Close(Exception cause)
    {
        lock (_gate)
        {
            Ended ??= cause;
            return [.. _open.Values];
        }
    }

    public Channel? Find(uint id)
    {
        lock (_gate)
            return _open.GetValueOrDefault(id);
    }

    // Frames that were under way when a channel ended still come; frames for one that never was are a fault.
    public bool WasOpened(uint id)
    {
        lock (_gate)
            return IsOwn(id) ? id < _nextOwn : id <= _highestOfPeer;
    }

    public void Remove(Channel channel)
    {
        lock (_gate)
        {
            if (_open.Remove(channel.Id) && !IsOwn(channel.Id))
                _ofPeer--;
        }
    }

    public bool Any
    {
        get
        {
            lock (_gate)
                return _open.Count > 0;
        }
    }

    private bool IsOwn(uint id) => id % 2 == _firstOwn % 2;
}
