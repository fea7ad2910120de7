using System.Diagnostics;

namespace RemoteShell.Client.Connections;

/// <summary>Makes the first connection: repeats attempts that fail for a passing reason, until a time has passed.</summary>
internal static class FirstDial
{
    // Without its random part. Far below the usual limit of 10 s, so that a busy server is asked several times.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Repeats <paramref name="attempt"/>, which gets the time that is left.</summary>
    /// <exception cref="ConnectFailedException">The reason does not pass, or the time has passed; then the last known reason.</exception>
    public static async Task<T> DialAsync<T>(
        Func<TimeSpan, CancellationToken, Task<T>> attempt, TimeSpan limit, CancellationToken cancellationToken)
    {
        long begun = Stopwatch.GetTimestamp();
        var backoff = new Backoff();
        ConnectFailedException? last = null;
        while (true)
        {
            try
            {
                return await attempt(Left(limit, begun), cancellationToken).ConfigureAwait(false);
            }
            catch (ConnectFailedException e) when (e.IsPassing)
            {
                last = e;
            }
            catch (ConnectFailedException e) when (e.IsTimeout && last is not null)
            {
                // What went wrong before says more than that the last attempt had too little time.
                throw last;
            }

            TimeSpan pause = backoff.Next(LongestPause);
            if (limit != Timeout.InfiniteTimeSpan && Left(limit, begun) <= pause)
                throw last;
            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private static TimeSpan Left(TimeSpan limit, long begun)
    {
        if (limit == Timeout.InfiniteTimeSpan)
            return limit;
        TimeSpan left = limit - Stopwatch.GetElapsedTime(begun);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
