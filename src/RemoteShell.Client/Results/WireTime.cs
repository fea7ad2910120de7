namespace RemoteShell.Client.Results;

/// <summary>Times on the wire, which are in milliseconds.</summary>
internal static class WireTime
{
    // The first and the last millisecond that DateTimeOffset can hold.
    private const long Earliest = -62_135_596_800_000;
    private const long Latest = 253_402_300_799_999;

    // Rounded to a tick, so that a TimeSpan that the server converted to milliseconds comes back unchanged.
    public static TimeSpan FromMilliseconds(double milliseconds)
    {
        double ticks = Math.Round(milliseconds * TimeSpan.TicksPerMillisecond);
        return double.IsNaN(ticks) ? TimeSpan.Zero : TimeSpan.FromTicks((long)Math.Clamp(ticks, 0, (double)(long.MaxValue / 2)));
    }

    // A time outside of the calendar is not worth a failure.
    public static DateTimeOffset FromUnix(long milliseconds)
        => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, Earliest, Latest));
}
