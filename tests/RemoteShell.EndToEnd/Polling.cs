namespace RemoteShell.EndToEnd;

/// <summary>Waits for a condition that only a client can ask for.</summary>
internal static class Polling
{
    /// <summary>Asks again every 10 ms, for at most <see cref="Waiting.Limit"/>.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        long end = Environment.TickCount64 + (long)Waiting.Limit.TotalMilliseconds;
        while (!await condition())
        {
            Assert.True(Environment.TickCount64 <= end, $"waited in vain until {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);
        }
    }
}
