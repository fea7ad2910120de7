namespace RemoteShell.Client;

/// <summary>Counts what forwards carry. Several forwards may share one. Thread-safe.</summary>
public sealed class ForwardTraffic
{
    private int _open;
    private long _total, _sent, _received;

    /// <summary>The connections that are carried now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>The connections that were carried, and those of now.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Bytes that were read from connections of this machine, for the server.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Bytes from the server that were written to connections of this machine.</summary>
    public long Received => Volatile.Read(ref _received);

    internal void Begin()
    {
        Interlocked.Increment(ref _open);
        Interlocked.Increment(ref _total);
    }

    internal void End() => Interlocked.Decrement(ref _open);

    internal void AddSent(int count) => Interlocked.Add(ref _sent, count);

    internal void AddReceived(int count) => Interlocked.Add(ref _received, count);
}
