using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>What both clocks showed at one moment, so that later times do not depend on how the wall clock was set.</summary>
/// <param name="Boot">The system's boot; null if the system does not tell.</param>
/// <param name="Clock"><see cref="SystemClock.Now"/>.</param>
/// <param name="Time">The wall clock, in ms since 1970-01-01 UTC.</param>
internal sealed record ClockReading(string? Boot, long Clock, long Time)
{
    /// <summary>Whether the moment is of this boot, so that <see cref="Clock"/> can be compared with the clock of now.</summary>
    public bool IsOfThisBoot => Boot is not null && Boot == ProcessIdentity.Boot && Clock >= 0 && Clock <= SystemClock.Now;

    /// <summary>Reads both clocks.</summary>
    public static ClockReading Now() => new(ProcessIdentity.Boot, SystemClock.Now, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

    /// <summary>Returns what the wall clock, as it is set now, would have shown when it showed that time.</summary>
    /// <param name="time">A time of the wall clock as it was set then, in ms.</param>
    public long AsSetNow(long time)
    {
        if (!IsOfThisBoot || time < 0 || time > Time)
            return time;
        long since = (long)SystemClock.Since(Clock).TotalMilliseconds + (Time - time);
        return DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - since;
    }
}
