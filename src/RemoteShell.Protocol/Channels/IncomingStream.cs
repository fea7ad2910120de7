using System.Runtime.CompilerServices;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>A byte stream that the peer sends. It holds the received bytes that its one consumer has not taken yet.</summary>
/// <remarks>The stream may outlive its channel and continue on the next one. Its consumer then only sees a pause.</remarks>
public sealed class IncomingStream
{
    private readonly AsyncAutoResetEvent _changed = new();
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly IncomingBlocks _blocks = new();
    private readonly ReceiveWindow _window;
    private Channel? _channel;
    private FrameSender? _sender;
    private bool _hasStart;
    private long _start;
    private bool _hasEndedOnChannel;
    private long _channelDigestStart = -1;
    private StreamTotal? _announced;
    private StreamTotal? _lastAnnounced;
    private Exception? _failure;

    private readonly FrameBuffer _header = new(initialCapacity: 0);
    // Used only by the consumer, except SetStart.
    private readonly string _algorithm;
    private StreamDigest _digest;
    private StreamDigest? _channelDigest;

    /// <summary>Creates a stream that is not on a channel yet.</summary>
    /// <param name="name">The stream's name on the wire.</param>
    /// <param name="window">Bytes that may be in flight or waiting here.</param>
    /// <param name="digest">The algorithm of the stream's digest.</param>
    /// <param name="from">Offset of the first byte. Null if the sender chooses it.</param>
    /// <param name="budget">Where the window's growth is taken from. Default: null, for <see cref="WindowBudget.Process"/>.</param>
    public IncomingStream(string name, long window, string digest, long? from = 0, WindowBudget? budget = null)
    {
        (Name, Window, _algorithm, _hasStart) = (name, window, digest, from is not null);
        _window = new(window, from ?? 0, time: null, budget);
        (_start, _digest) = (from ?? 0, new(digest, from ?? 0));
    }

    /// <summary>Creates a stream of which an earlier process has received the first bytes. Its digest is of all bytes.</summary>
    /// <param name="name">The stream's name on the wire.</param>
    /// <param name="window">Bytes that may be in flight or waiting here.</param>
    /// <param name="received">The digest of the bytes that were received. The stream continues after them, and takes it over.</param>
    public IncomingStream(string name, long window, StreamDigest received)
    {
        ArgumentNullException.ThrowIfNull(received);
        (Name, Window, _algorithm, _hasStart) = (name, window, received.Algorithm, true);
        _window = new(window, received.Total);
        (_start, _digest) = (received.Total, received);
    }

    /// <summary>Whether the stream continues when its channel ends, until <see cref="Fail"/> ends it. Default: no.</summary>
    public bool OutlivesChannel { get; init; }

    /// <summary>Whether the sender's digest starts again on each channel, instead of once at the stream's start. Default: no.</summary>
    public bool DigestsEachChannel { get; init; }

    /// <summary>The stream's name on the wire.</summary>
    public string Name { get; }

    /// <summary>Bytes that may be in flight or waiting here.</summary>
    public long Window { get; }

    /// <summary>The total and digest in the sender's last <c>end</c>. Null before that.</summary>
    public StreamTotal? Announced
    {
        get
        {
            lock (_gate)
                return _lastAnnounced ?? _announced;
        }
    }

    /// <summary>Total and digest of the bytes taken so far.</summary>
    public StreamTotal Taken => _digest.Current;

    /// <summary>Takes the next bytes. The caller passes them to <see cref="Return"/>.</summary>
    /// <returns>The bytes, or an empty value at the stream's end, after its total and digest were verified.</returns>
    /// <exception cref="ChannelException">The stream does not match its total or digest, or its channel ended first.</exception>
    /// <exception cref="ConnectionException">The connection ended before the stream did.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<PooledBytes> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (TryTake(out PooledBytes block))
            {
                // Each frame was checked already. The digest also covers the time that the bytes waited in memory.
                _digest.Append(block.Memory.Span);
                _channelDigest?.Append(block.Memory.Span);
                return block;
            }

            if (IsAtEnd())
                return default;
            await _changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Frees bytes that the consumer has delivered, and lets the peer send as many more.</summary>
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

    /// <summary>Frees all bytes received so far and later: the consumer does not take them. It must have stopped.</summary>
    public void Discard()
    {
        lock (_gate)
        {
            _blocks.Discard();
            _window.Discard();
        }
    }

    /// <summary>Returns where the stream continues, for the request on the next channel. Null if the sender chooses it.</summary>
    public StreamPosition? Position()
    {
        lock (_gate)
        {
            if (!_hasStart)
                return null;
            _window.Raise();
            return new(_window.Received, _window.Limit);
        }
    }

    /// <summary>Starts at the offset that the sender chose.</summary>
    /// <returns>False if bytes or the end have already arrived, and the stream began at another offset.</returns>
    public bool StartAt(long offset)
    {
        lock (_gate)
        {
            SetStart(offset);
            return _start == offset;
        }
    }

    /// <summary>Ends the stream. The consumer gets <paramref name="cause"/> after the bytes that were received.</summary>
    public void Fail(Exception cause)
    {
        lock (_gate)
        {
            _window.End();
            _failure ??= cause;
        }

        _changed.Set();
    }

    // From now on the stream takes data of that channel. Limits are sent after Activate only, when the peer knows the channel.
    internal void Bind(Channel channel)
    {
        lock (_gate)
        {
            (_channel, _sender, _hasEndedOnChannel) = (channel, null, false);
            if (!DigestsEachChannel || !_hasStart || _announced is not null)
                return;
            // The bytes that follow get blocks and a digest of their own.
            _blocks.StartNewBlock();
            _channelDigestStart = _window.Received;
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
                // A late frame of a channel that was replaced.
                body.Dispose();
                return;
            }

            SetStart(offset);
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
            if (_channel != channel)
                return;
            if (!_hasEndedOnChannel && IsRepeatedEnd(total))
            {
                _hasEndedOnChannel = true;
                return;
            }

            SetStart(total.Total);
            if (_announced is not null)
                throw new ChannelException(ErrorCode.OutOfOrder, $"'{Name}' ends twice");
            if (total.Total != _window.Received)
                throw new ChannelException(ErrorCode.BadDigest, $"'{Name}' ends at {total.Total}, but {_window.Received} bytes came");
            _announced = total;
            _hasEndedOnChannel = true;
            _window.End();
        }

        _changed.Set();
    }

    // Called under _gate, so that limits are sent in order.
    private void Announce()
    {
        if (_sender is null || _announced is not null || !_window.TryRaise())
            return;
        StreamHeader.WriteWindow(_header, _channel!.Id, Name, _window.Limit, _window.HasGrown ? _window.Size : null);
        _sender.Post(_header);
    }

    private void SetStart(long offset)
    {
        if (_hasStart)
            return;
        (_hasStart, _start) = (true, offset);
        _window.Begin(offset);
        _digest = new(_algorithm, offset);
    }

    // Called under _gate. After a reconnect the sender may repeat the end. With a digest per channel, that digest is the one of 0 bytes.
    private bool IsRepeatedEnd(StreamTotal total)
    {
        if (!OutlivesChannel || _announced is null)
            return false;
        bool isSame = total == (DigestsEachChannel ? new StreamDigest(_algorithm, _window.Received).Current : _announced);
        if (isSame)
            _lastAnnounced = total;
        return isSame;
    }

    // Called under _gate by the consumer.
    private void StartChannelDigest()
    {
        if (_channelDigestStart != _digest.Total)
            return;
        _channelDigest = new(_algorithm, _channelDigestStart);
        _channelDigestStart = -1;
    }

    private bool TryTake(out PooledBytes block)
    {
        lock (_gate)
        {
            StartChannelDigest();
            if (_blocks.TryTake(out block))
                return true;
            _window.MarkStarved();
            return false;
        }
    }

    // The consumer has taken all bytes that were received before a failure.
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
            StartChannelDigest();
        }

        StreamTotal came = (_channelDigest ?? _digest).Current;
        if (announced is not null && announced != came)
        {
            throw new ChannelException(
                ErrorCode.BadDigest,
                $"'{Name}' arrived damaged: the received bytes have the digest {came.Digest}, the sender's is {announced.Digest}");
        }

        return announced is not null;
    }
}
