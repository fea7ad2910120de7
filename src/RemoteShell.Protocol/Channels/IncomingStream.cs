using System.Runtime.CompilerServices;
using RemoteShell.Protocol.Frames;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>A byte stream on its way in: what the window let through and nobody has taken yet. One consumer takes.</summary>
public sealed class IncomingStream
{
    // A flood of tiny frames must not cost more than the window says: they are gathered into blocks of this size.
    private const int SmallBlock = 4096;

    private readonly FrameSender _sender;
    private readonly uint _channel;
    private readonly Waiter _changed = new();
    private readonly Lock _gate = new();

    // Under _gate.
    private readonly Queue<PooledBytes> _blocks = new();
    private readonly ReceiveWindow _window;
    private PooledBytes _tail;
    private StreamTotal? _announced;
    private Exception? _failure;

    // The consumer's own.
    private readonly PendingBytes _header = new(initialCapacity: 0);
    private readonly StreamDigest _digest;

    internal IncomingStream(FrameSender sender, uint channel, string name, long window, string digest)
        => (_sender, _channel, Name, _window, _digest) = (sender, channel, name, new(window), new(digest));

    /// <summary>The stream's name on the wire.</summary>
    public string Name { get; }

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
                _digest.Append(block.Memory.Span);
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
        long limit;
        lock (_gate)
        {
            if (!_window.Consume(count) || _announced is not null)
                return;
            limit = _window.Limit;
        }

        StreamHeader.WriteWindow(_header, _channel, Name, limit);
        _sender.Post(_header);
    }

    /// <summary>Writes everything that comes to <paramref name="target"/>, until the stream's proven end.</summary>
    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        while (true)
        {
            PooledBytes block = await ReadAsync(cancellationToken).ConfigureAwait(false);
            if (block.Length == 0)
                return;
            try
            {
                await target.WriteAsync(block.Memory, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                Return(block);
            }
        }
    }

    internal void Receive(long offset, PooledBytes body)
    {
        lock (_gate)
        {
            if (_announced is not null)
                throw new ChannelException(ErrorCode.UnknownStream, $"data for '{Name}' after its end");
            _window.Receive(offset, body.Length);
            if (_failure is null)
                Keep(body);
            else
                body.Dispose();
        }

        _changed.Set();
    }

    internal void End(StreamTotal total)
    {
        lock (_gate)
        {
            if (_announced is not null)
                throw new ChannelException(ErrorCode.OutOfOrder, $"'{Name}' ends twice");
            if (total.Total != _window.Received)
                throw new ChannelException(ErrorCode.BadDigest, $"'{Name}' ends at {total.Total}, and {_window.Received} bytes came");
            _announced = total;
        }

        _changed.Set();
    }

    internal void Fail(Exception cause)
    {
        lock (_gate)
            _failure ??= cause;
        _changed.Set();
    }

    private void Keep(PooledBytes body)
    {
        if (body.Length > SmallBlock / 4)
        {
            KeepTail();
            _blocks.Enqueue(body);
            return;
        }

        if (_tail.Length + body.Length > _tail.Array.Length)
        {
            KeepTail();
            _tail = PooledBytes.Rent(SmallBlock).WithLength(0);
        }

        body.Memory.CopyTo(_tail.Array.AsMemory(_tail.Length));
        _tail = _tail.WithLength(_tail.Length + body.Length);
        body.Dispose();
    }

    private void KeepTail()
    {
        if (_tail.Length > 0)
            _blocks.Enqueue(_tail);
        _tail = default;
    }

    private bool TryTake(out PooledBytes block)
    {
        lock (_gate)
        {
            if (_blocks.TryDequeue(out block))
                return true;
            block = _tail;
            _tail = default;
            return block.Length > 0;
        }
    }

    // Everything that came before a failure has been taken by now, and none of it was lost.
    private bool IsAtEnd()
    {
        StreamTotal? announced;
        lock (_gate)
        {
            if (_blocks.Count > 0 || _tail.Length > 0)
                return false;
            announced = _announced;
            if (announced is null && _failure is not null)
                throw _failure;
        }

        if (announced is not null && announced != _digest.Current)
            throw new ChannelException(ErrorCode.BadDigest, $"'{Name}' is not what was sent: {_digest.Current.Digest} came, {announced.Digest} was announced");
        return announced is not null;
    }
}
