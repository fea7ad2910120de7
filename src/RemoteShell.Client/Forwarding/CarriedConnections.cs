namespace RemoteShell.Client.Forwarding;

/// <summary>The connections of a forwarder that have not ended. Thread-safe.</summary>
internal sealed class CarriedConnections
{
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly HashSet<Task> _running = [];

    /// <summary>Adds a connection until it ends.</summary>
    public void Add(Task carrying)
    {
        lock (_gate)
            _running.Add(carrying);
        _ = carrying.ContinueWith(Remove, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>Completes when all connections have ended that are here now.</summary>
    public Task EndedAsync()
    {
        lock (_gate)
            return Task.WhenAll(_running);
    }

    private void Remove(Task ended)
    {
        lock (_gate)
            _running.Remove(ended);
    }
}
