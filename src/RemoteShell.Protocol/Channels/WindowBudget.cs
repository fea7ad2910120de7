namespace RemoteShell.Protocol.Channels;

/// <summary>The memory by which the windows and buffers of many streams may grow beyond their first size. Thread-safe.</summary>
/// <remarks>A stream that gets nothing from it keeps its size: it is slower over a long path, and never fails.</remarks>
/// <param name="maxBytes">Bytes that all streams together may take.</param>
public sealed class WindowBudget(long maxBytes)
{
    private long _taken;

    /// <summary>The budget of streams that are given no other one, for the whole process: 64 MiB.</summary>
    public static WindowBudget Process { get; } = new(64L << 20);

    /// <summary>Bytes that are taken at this moment.</summary>
    public long Taken => Math.Min(Volatile.Read(ref _taken), maxBytes);

    /// <summary>Takes bytes. Returns false, and takes nothing, if so many are not left.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= maxBytes)
            return true;
        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    /// <summary>Returns bytes that were taken before.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
