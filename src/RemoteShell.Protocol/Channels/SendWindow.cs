using System.Runtime.CompilerServices;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Channels;

/// <summary>How far a byte stream may be sent: an absolute offset that only grows.</summary>
public sealed class SendWindow
{
    private readonly AsyncAutoResetEvent _extended = new();
    private long _limit;
    private volatile Exception? _failure;

    /// <summary>Begins at offset 0.</summary>
    public SendWindow(long limit) => _limit = limit;

    /// <summary>Begins where a stream goes on.</summary>
    /// <param name="position">Its limit must be there.</param>
    public SendWindow(StreamPosition position)
    {
        ArgumentNullException.ThrowIfNull(position);
        (Sent, _limit) = (position.From, position.Limit!.Value);
    }

    /// <summary>The offset up to which bytes may be sent.</summary>
    public long Limit => Volatile.Read(ref _limit);

    /// <summary>The next byte's offset; the sender's own.</summary>
    public long Sent { get; private set; }

    /// <summary>Whether nothing may be sent any more, whatever the limit.</summary>
    public bool HasFailed => _failure is not null;

    /// <summary>Waits until at least one byte may be sent, and takes as many of the wanted ones as may.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> TakeAsync(int wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_failure is { } failure)
                throw failure;
            // By subtraction: a limit near the top of the range must not overflow.
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

    /// <summary>Moves the limit up; a lower one is an older message and changes nothing.</summary>
    public void Extend(long limit)
    {
        // One at a time: the stream's lock is held.
        if (limit <= Limit)
            return;
        Volatile.Write(ref _limit, limit);
        _extended.Set();
    }

    /// <summary>Lets the sender wait no longer.</summary>
    public void Fail(Exception cause)
    {
        _failure ??= cause;
        _extended.Set();
    }
}

/// <summary>What a peer says of a stream's window.</summary>
/// <param name="Limit">The offset up to which may be sent.</param>
/// <param name="Size">The window's size, where it has grown since the channel was opened.</param>
internal readonly record struct WindowUpdate(long Limit, long? Size);
