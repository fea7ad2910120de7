namespace RemoteShell.Protocol.Channels;

/// <summary>Lets any number wait for the next change. Nothing is remembered: whoever looks and then waits does both under the owner's lock.</summary>
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

    /// <summary>Says that something has changed.</summary>
    public void Set()
    {
        if (Volatile.Read(ref _next) is not null)
            Interlocked.Exchange(ref _next, null)?.SetResult();
    }
}
