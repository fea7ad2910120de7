namespace RemoteShell.Testing;

/// <summary>Every wait of a test ends: what should happen happens long before, what should not is a failure and not a hang.</summary>
public static class Waiting
{
    /// <summary>Far longer than anything takes, also on a busy machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static Task Within(this Task task, TimeSpan? limit = null) => task.WaitAsync(limit ?? Limit);

    public static Task<T> Within<T>(this Task<T> task, TimeSpan? limit = null) => task.WaitAsync(limit ?? Limit);

    public static Task<T> Within<T>(this ValueTask<T> task, TimeSpan? limit = null) => task.AsTask().WaitAsync(limit ?? Limit);

    public static Task Within(this ValueTask task, TimeSpan? limit = null) => task.AsTask().WaitAsync(limit ?? Limit);

    /// <summary>Looks until it is so. Only for what nobody announces, such as a process that is gone.</summary>
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
}
