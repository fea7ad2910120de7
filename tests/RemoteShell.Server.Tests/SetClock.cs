namespace RemoteShell.Server.Tests;

/// <summary>A clock that a test sets. Its timers are those of the system.</summary>
internal sealed class SetClock : TimeProvider
{
    private TimeSpan _passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _passed.Ticks;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero) + _passed;

    public void Pass(TimeSpan time) => _passed += time;
}
