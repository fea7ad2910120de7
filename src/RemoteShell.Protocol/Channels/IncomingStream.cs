using System.Runtime.CompilerServices;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>A byte stream on its way in: what the window let through and nobody has taken yet. One consumer takes.</summary>
/// <remarks>It may outlive the channel that carries it, and go on over the next one: then its consumer only notices that nothing comes for a while.</remarks>
public sealed class IncomingStream
{
    private readonly AsyncAutoResetEvent _changed = new();
    private readonly Lock _gate = new();

    // Under _gate.
    private readonly IncomingBlocks _blocks = new();
    private readonly ReceiveWindow _window;
    private Channel? _channel;
    private FrameSender? _sender;
    private bool _isPlaced;
    private long _stretchFrom = -1;
    private StreamTotal? _announced;
    private StreamTotal? _lastAnnounced;
    private Exception? _failure;

    private readonly FrameBuffer _header = new(initialCapacity: 0);
    // The consumer's own, but for its beginning.
    private readonly string _algorithm;
    private StreamDigest _digest;
    private StreamDigest? _stretch;

    /// <summary>Begins a stream that no channel carries yet.</summary>
    /// <param name="name">The name on the wire.</param>
    /// <param name="window">Bytes that may be under way or waiting here.</param>
    /// <param name="digest">The algorithm of its digest.</param>
    /// <param name="from">The first byte's offset; null where the sender decides that.</param>
    public IncomingStream(string name, long window, string digest, long? from = 0)
    {
        (Name, Window, _window, _algorithm, _isPlaced) = (name, window, new(window, from ?? 0), digest, from is not null);
        _digest = new(digest, from ?? 0);
    }

    /// <summary>Whether it goes on when the channel that carries it ends; <see cref="Fail"/> then ends it. Default: no.</summary>
    public bool OutlivesChannel { get; init; }

    /// <summary>Whether the sender's digest counts from where each channel goes on, and not from the stream's beginning. Default: no.</summary>
    public bool DigestsEachChannel { get; init; }

    /// <summary>The stream's name on the wire.</summary>
    public string Name { get; }

    /// <summary>Bytes that may be under way or waiting here.</summary>
    public long Window { get; }

    /// <summary>What the sender said on the last channel that the stream came to; null before that.</summary>
    public StreamTotal? Announced
    {
        get
        {
            lock (_gate)
                return _lastAnnounced ?? _announced;
        }
    }

    /// <summary>What has been taken so far; at the stream's end, what it came to.</summary>
    public StreamTotal Taken => _digest.Current;

    /// <summary>Takes the next bytes, to be given back by <see cref="Return"/>; none at the stream's end, once its total and digest proved right.</summary>
    /// <exception cref="ChannelException">The stream is not what its sender said, or its channel ended before it.</exception>
    /// <exception cref="ConnectionException">The connection ended before the stream.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<PooledBytes> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (TryTake(out PooledBytes block))
            {
                // Read again, although each frame was checked: what is delivered must be what came, however long it waited here.
                _digest.Append(block.Memory.Span);
                _stretch?.Append(block.Memory.Span);
                return block;
            }

            if (IsAtEnd())
                return default;
            await _changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives bytes back that are delivered for good, so that as many more may come.</summary>
    public void Return(PooledBytes block)
    {
        int count = block.Length;
        block.Dispose();
        lock (_gate)
        {
            _window.Consume(count);
            Announce();
        }
    }

    /// <summary>Gives back what came and comes, since nobody will take it. No consumer may be at work.</summary>
    public void Discard()
    {
        lock (_gate)
        {
            _blocks.Discard();
            _window.Abandon();
        }
    }

    /// <summary>Where the stream goes on; to be told to the peer on the channel that carries it next. Null where the sender still decides that.</summary>
    public StreamPosition? Position()
    {
        lock (_gate)
        {
            if (!_isPlaced)
                return null;
            _window.Raise();
            return new(_window.Received, _window.Limit);
        }
    }

    /// <summary>Begins at the offset that the sender decided on, where nothing has come yet.</summary>
    public void PlaceAt(long offset)
    {
        lock (_gate)
            Place(offset);
    }

    /// <summary>Ends the stream for good: whoever waits for it is told why.</summary>
    public void Fail(Exception cause)
    {
        lock (_gate)
        {
            _window.End();
            _failure ??= cause;
        }

        _changed.Set();
    }

    // From now on data of that channel is taken; limits are not announced before Activate, since the channel may not be known to the peer yet.
    internal void Bind(Channel channel)
    {
        lock (_gate)
        {
            (_channel, _sender) = (channel, null);
            if (!DigestsEachChannel || !_isPlaced || _announced is not null)
                return;
            // What comes from now on is in blocks of its own, with a digest of its own.
            _blocks.Separate();
            _stretchFrom = _window.Received;
        }
    }

    internal void Activate(Channel channel, FrameSender sender)
    {
        lock (_gate)
        {
            if (_channel != channel)
                return;
            _sender = sender;
            Announce();
        }
    }

    internal void Unbind(Channel channel, Exception cause)
    {
        lock (_gate)
        {
            if (_channel != channel)
                return;
            (_channel, _sender) = (null, null);
        }

        if (!OutlivesChannel)
            Fail(cause);
    }

    internal void Receive(Channel channel, long offset, PooledBytes body)
    {
        lock (_gate)
        {
            if (_channel != channel)
            {
                // The last of a connection that was given up.
                body.Dispose();
                return;
            }

            Place(offset);
            if (_announced is not null)
                throw new ChannelException(ErrorCode.UnknownStream, $"data for '{Name}' after its end");
            _window.Receive(offset, body.Length);
            if (_failure is null)
                _blocks.Add(body);
            else
                body.Dispose();
        }

        _changed.Set();
    }

    internal void End(Channel channel, StreamTotal total)
    {
        lock (_gate)
        {
            if (_channel != channel || IsToldAgain(total))
                return;
            Place(total.Total);
            if (_announced is not null)
                throw new ChannelException(ErrorCode.OutOfOrder, $"'{Name}' ends twice");
            if (total.Total != _window.Received)
                throw new ChannelException(ErrorCode.BadDigest, $"'{Name}' ends at {total.Total}, and {_window.Received} bytes came");
            _announced = total;
            _window.End();
        }

        _changed.Set();
    }

    // Under _gate; so limits are told in their order.
    private void Announce()
    {
        if (_sender is null || _announced is not null || !_window.TryRaise())
            return;
        StreamHeader.WriteWindow(_header, _channel!.Id, Name, _window.Limit, _window.HasGrown ? _window.Size : null);
        _sender.Post(_header);
    }

    private void Place(long offset)
    {
        if (_isPlaced)
            return;
        _isPlaced = true;
        _window.Begin(offset);
        _digest = new(_algorithm, offset);
    }

    // Under _gate. After a cut the end may be told again; where each channel has its digest, the second one is that of no bytes.
    private bool IsToldAgain(StreamTotal total)
    {
        if (!OutlivesChannel || _announced is null)
            return false;
        bool isSame = total == (DigestsEachChannel ? new StreamDigest(_algorithm, _window.Received).Current : _announced);
        if (isSame)
            _lastAnnounced = total;
        return isSame;
    }

    // Under _gate, by the consumer.
    private void BeginStretch()
    {
        if (_stretchFrom != _digest.Total)
            return;
        _stretch = new(_algorithm, _stretchFrom);
        _stretchFrom = -1;
    }

    private bool TryTake(out PooledBytes block)
    {
        lock (_gate)
        {
            BeginStretch();
            if (_blocks.TryTake(out block))
                return true;
            _window.Starve();
            return false;
        }
    }

    // Everything that came before a failure has been taken by now, and none of it was lost.
    private bool IsAtEnd()
    {
        StreamTotal? announced;
        lock (_gate)
        {
            if (_blocks.Any)
                return false;
            announced = _announced;
            if (announced is null && _failure is not null)
                throw _failure;
            BeginStretch();
        }

        StreamTotal came = (_stretch ?? _digest).Current;
        if (announced is not null && announced != came)
            throw new ChannelException(ErrorCode.BadDigest, $"'{Name}' is not what was sent: {came.Digest} came, {announced.Digest} was announced");
        return announced is not null;
    }
}
