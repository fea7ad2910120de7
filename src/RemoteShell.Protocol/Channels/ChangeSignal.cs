namespace RemoteShell.Protocol.Channels;

/// <summary>Lets any number of callers wait for the next change.</summary>
/// <remarks>A change is not remembered. So a caller checks its state and calls <see cref="NextAsync"/> under the owner's lock.</remarks>
internal sealed class ChangeSignal
{
    private TaskCompletionSource? _next;

    /// <summary>Completes at the next change.</summary>
    public Task NextAsync()
    {
        if (Volatile.Read(ref _next) is { } waiting)
            return waiting.Task;
        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _next, made, null) ?? made).Task;
    }

    /// <summary>Signals a change.</summary>
    public void Set()
    {
        if (Volatile.Read(ref _next) is not null)
            Interlocked.Exchange(ref _next, null)?.SetResult();
    }
}
