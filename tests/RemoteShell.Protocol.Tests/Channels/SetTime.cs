namespace RemoteShell.Protocol.Tests.Channels;

/// <summary>A clock that a test sets.</summary>
internal sealed class SetTime : TimeProvider
{
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public void Pass(TimeSpan time) => _now += time.Ticks;
}
