using System.Threading.Tasks.Sources;

namespace RemoteShell.Protocol.Frames;

/// <summary>A producer's place in the writer's queue. It holds one frame at a time and is reused for the next.</summary>
/// <remarks>A producer is in the queue at most once. That makes the writer fair.</remarks>
public sealed class WriteSlot : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _done;

    /// <summary>The header. The producer fills it before each write.</summary>
    public FrameBuffer Header { get; } = new(initialCapacity: 256);

    internal ReadOnlyMemory<byte> Body { get; private set; }

    internal ValueTask Begin(ReadOnlyMemory<byte> body)
    {
        Body = body;
        _done.Reset();
        return new(this, _done.Version);
    }

    internal void Succeed()
    {
        Body = default;
        _done.SetResult(true);
    }

    internal void Fail(Exception cause)
    {
        Body = default;
        _done.SetException(cause);
    }

    void IValueTaskSource.GetResult(short token) => _done.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _done.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _done.OnCompleted(continuation, state, token, flags);
}
