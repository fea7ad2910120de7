using System.Runtime.CompilerServices;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>Tracks how far a byte stream may be sent. The limit is an absolute offset and only grows.</summary>
public sealed class SendWindow
{
    private readonly AsyncAutoResetEvent _extended = new();
    private long _limit;
    private volatile Exception? _failure;

    /// <summary>Starts at offset 0.</summary>
    public SendWindow(long limit) => _limit = limit;

    /// <summary>Starts at the position where a stream continues.</summary>
    /// <param name="position">Its limit must be set.</param>
    public SendWindow(StreamPosition position)
    {
        ArgumentNullException.ThrowIfNull(position);
        (Sent, _limit) = (position.From, position.Limit!.Value);
    }

    /// <summary>The offset up to which bytes may be sent.</summary>
    public long Limit => Volatile.Read(ref _limit);

    /// <summary>Offset of the next byte. Used only by the sender.</summary>
    public long Sent { get; private set; }

    /// <summary>Whether the stream has failed, so that no more bytes may be sent.</summary>
    public bool HasFailed => _failure is not null;

    /// <summary>Waits until at least 1 byte may be sent.</summary>
    /// <returns>How many of the wanted bytes may be sent. They count as sent.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> TakeAsync(int wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_failure is { } failure)
                throw failure;
            // Subtract instead of adding: a limit near the maximum must not overflow.
            long room = Limit - Sent;
            if (room > 0)
            {
                int taken = (int)Math.Min(wanted, room);
                Sent += taken;
                return taken;
            }

            await _extended.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes all of the wanted bytes at once. Returns false, and takes none, if the limit does not allow that.</summary>
    public bool TryTake(int wanted)
    {
        if (HasFailed || Limit - Sent < wanted)
            return false;
        Sent += wanted;
        return true;
    }

    /// <summary>Raises the limit. A lower limit is an older message and is ignored.</summary>
    public void Extend(long limit)
    {
        // The caller holds the stream's lock, so there is one writer at a time.
        if (limit <= Limit)
            return;
        Volatile.Write(ref _limit, limit);
        _extended.Set();
    }

    /// <summary>Fails the stream, and wakes a waiting sender.</summary>
    public void Fail(Exception cause)
    {
        _failure ??= cause;
        _extended.Set();
    }
}
