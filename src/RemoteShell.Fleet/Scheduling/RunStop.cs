namespace RemoteShell.Fleet;

/// <summary>Ends a run early, for one cause. Thread-safe.</summary>
public sealed class RunStop : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Timer? _deadline;
    private int _cause;

    /// <summary>Cancelled when the run ends early.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Why; the first cause counts.</summary>
    public StopCause Cause => (StopCause)Volatile.Read(ref _cause);

    /// <summary>Ends the run now.</summary>
    public void Now(StopCause cause)
    {
        if (Interlocked.CompareExchange(ref _cause, (int)cause, (int)StopCause.None) != (int)StopCause.None)
            return;
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run has ended by itself.
        }
    }

    /// <summary>Ends the run after a time, by its deadline.</summary>
    public void After(TimeSpan deadline)
        => _deadline = new(_ => Now(StopCause.Deadline), null, deadline, Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose()
    {
        _deadline?.Dispose();
        _stop.Dispose();
    }
}
