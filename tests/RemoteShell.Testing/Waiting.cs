namespace RemoteShell.Testing;

/// <summary>Bounds every wait of a test, so that a test that waits for something that does not happen fails instead of hanging.</summary>
public static class Waiting
{
    /// <summary>Far longer than any step takes, even on a busy machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static Task Within(this Task task, TimeSpan? limit = null) => task.WaitAsync(limit ?? Limit);

    public static Task<T> Within<T>(this Task<T> task, TimeSpan? limit = null) => task.WaitAsync(limit ?? Limit);

    public static Task<T> Within<T>(this ValueTask<T> task, TimeSpan? limit = null) => task.AsTask().WaitAsync(limit ?? Limit);

    public static Task Within(this ValueTask task, TimeSpan? limit = null) => task.AsTask().WaitAsync(limit ?? Limit);

    /// <summary>Polls until the condition is true. Use it only where no event exists, such as the end of another process.</summary>
    public static async Task Until(Func<bool> isSo, string what)
    {
        long end = Environment.TickCount64 + (long)Limit.TotalMilliseconds;
        while (!isSo())
        {
            if (Environment.TickCount64 > end)
                throw new TimeoutException($"waited in vain until {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }

    /// <summary>Asks again until the condition is true, as <see cref="Until"/> does.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo, string what)
    {
        long end = Environment.TickCount64 + (long)Limit.TotalMilliseconds;
        while (!await isSo())
        {
            if (Environment.TickCount64 > end)
                throw new TimeoutException($"waited in vain until {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }
}
