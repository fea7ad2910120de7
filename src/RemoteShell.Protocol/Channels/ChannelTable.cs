namespace RemoteShell.Protocol.Channels;

/// <summary>The open channels of one connection.</summary>
/// <remarks>The client uses odd numbers, the server even ones. Each new number is higher than all before it.</remarks>
internal sealed class ChannelTable
{
    private readonly uint _firstOwn;
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Dictionary<uint, Channel> _open = [];
    private uint _nextOwn;
    private uint _highestOfPeer;
    private int _peerCount;
    private bool _hasLeft;

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

    // Returns how many channels the peer has open, including the new one.
    public int AddFromPeer(Channel channel)
    {
        lock (_gate)
        {
            if (IsOwn(channel.Id) || channel.Id <= _highestOfPeer)
            {
                string parity = _firstOwn == 1 ? "even" : "odd";
                throw new ConnectionException(new(
                    ErrorCode.OutOfOrder,
                    $"channel {channel.Id} cannot be opened: its number must be {parity} and above {_highestOfPeer}"));
            }

            _highestOfPeer = channel.Id;
            _open.Add(channel.Id, channel);
            return ++_peerCount;
        }
    }

    // Why the connection ended. A channel that is added later ends at once.
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

    // Frames sent before the peer knew that a channel had ended are normal. A frame for a channel that was never opened is an error.
    public bool WasOpened(uint id)
    {
        lock (_gate)
            return IsOwn(id) ? id < _nextOwn : id <= _highestOfPeer;
    }

    public void Remove(Channel channel)
    {
        lock (_gate)
        {
            if (!_open.Remove(channel.Id))
                return;
            if (IsOwn(channel.Id))
                _hasLeft |= channel.IsLeft;
            else
                _peerCount--;
        }
    }

    // Whether channels are open, or own ones were left before the peer had ended them.
    public bool PeerMaySend
    {
        get
        {
            lock (_gate)
                return _open.Count > 0 || _hasLeft;
        }
    }

    private bool IsOwn(uint id) => id % 2 == _firstOwn % 2;
}
