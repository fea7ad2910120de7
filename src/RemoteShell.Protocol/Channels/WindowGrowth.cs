namespace RemoteShell.Protocol.Channels;

/// <summary>The process-wide budget for the growth of receive windows. It bounds their memory for any number of streams.</summary>
internal static class WindowGrowth
{
    /// <summary>The budget: 64 MiB.</summary>
    public const long MaxBytes = 64 * 1024 * 1024;

    private static long _taken;

    /// <summary>Takes bytes from the budget. Returns false if it does not have that many.</summary>
    public static bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= MaxBytes)
            return true;
        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    /// <summary>Returns bytes to the budget.</summary>
    public static void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
