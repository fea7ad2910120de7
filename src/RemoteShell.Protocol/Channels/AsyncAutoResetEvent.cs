using System.Threading.Tasks.Sources;

namespace RemoteShell.Protocol.Channels;

/// <summary>Lets one consumer wait repeatedly for a change. Waiting does not allocate.</summary>
/// <remarks>One change is remembered while the consumer does not wait. So the consumer checks its state, waits, and checks again.</remarks>
public sealed class AsyncAutoResetEvent : IValueTaskSource
{
    private readonly Lock _gate = new();

    // Guarded by _gate, except the completion of _core: the caller that cleared _waiting completes it.
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private bool _changed;
    private bool _waiting;

    // Used only by the consumer.
    private CancellationTokenRegistration _cancellation;

    /// <summary>Returns at the next change, or at once if there was one since the last wait.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ValueTask task;
        lock (_gate)
        {
            if (_changed)
            {
                _changed = false;
                return default;
            }

            _core.Reset();
            _waiting = true;
            task = new(this, _core.Version);
        }

        _cancellation = cancellationToken.UnsafeRegister(static (self, token) => ((AsyncAutoResetEvent)self!).Cancel(token), this);
        return task;
    }

    /// <summary>Signals a change.</summary>
    public void Set()
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                _changed = true;
                return;
            }

            _waiting = false;
        }

        _core.SetResult(true);
    }

    private void Cancel(CancellationToken token)
    {
        lock (_gate)
        {
            if (!_waiting)
                return;
            _waiting = false;
        }

        _core.SetException(new OperationCanceledException(token));
    }

    void IValueTaskSource.GetResult(short token)
    {
        _cancellation.Dispose();
        _core.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);
}
