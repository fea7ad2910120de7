using System.Diagnostics;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>The system's monotonic clock, in microseconds.</summary>
/// <remarks>
/// It counts from the system's boot, so all processes of a boot agree on it.
/// The wall clock may be set back or forth while a job runs, or while it is remembered.
/// </remarks>
internal static class SystemClock
{
    public static long Now => (long)Stopwatch.GetElapsedTime(0).TotalMicroseconds;

    /// <summary>The time since a moment of this boot; zero if the moment is in the future.</summary>
    public static TimeSpan Since(long moment) => TimeSpan.FromMicroseconds((double)Math.Max(Now - moment, 0));

    /// <summary>The time from one moment of the wall clock to another; zero if the clock was set back between them.</summary>
    public static TimeSpan Between(DateTimeOffset from, DateTimeOffset to) => to > from ? to - from : TimeSpan.Zero;
}
