using RemoteShell.Client.Connections;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Channels;

namespace RemoteShell.Client.Tests.Connections;

public class ReconnectScheduleTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly ManualTime _time = new();
    private readonly ReconnectSchedule _schedule;

    public ReconnectScheduleTests() => _schedule = new(_time);

    [Fact]
    public void First_attempt_after_a_loss_comes_at_once_and_the_next_ones_later()
    {
        Lose();
        Assert.Equal(TimeSpan.Zero, _schedule.NextPause(Longest));
        TimeSpan[] pauses = [.. Enumerable.Range(0, 12).Select(_ => _schedule.NextPause(Longest))];
        for (int i = 0; i < pauses.Length; i++)
        {
            TimeSpan least = TimeSpan.FromMilliseconds(Math.Min(50 * Math.Pow(2, i), 5000));
            Assert.InRange(pauses[i], least, least * 2);
        }
    }

    [Fact]
    public void Good_handshakes_alone_neither_shorten_the_pauses_nor_end_the_outage()
    {
        var last = TimeSpan.Zero;
        for (int i = 0; i < 12; i++)
        {
            Lose();
            last = _schedule.NextPause(Longest);
            _time.Pass(last + TimeSpan.FromMilliseconds(10));
            _schedule.Connected();
            _schedule.Answered();
        }

        Assert.InRange(last, Longest, Longest * 2);
        _time.Pass(Limit);
        _schedule.Connected();
        Lose();
        Assert.True(_schedule.IsOver(Limit));
    }

    [Theory]
    [InlineData("progress", true)]
    [InlineData("a second after an answer", true)]
    [InlineData("five seconds", true)]
    [InlineData("five seconds of silence", false)]
    [InlineData("an answer", false)]
    [InlineData("a second", false)]
    public void Outage_ends_with_a_useful_connection(string life, bool ends)
    {
        Lose();
        for (int i = 0; i < 12; i++)
            _schedule.NextPause(Longest);
        _time.Pass(Limit);
        _schedule.Connected();
        if (life == "progress")
            _schedule.Progressed();
        if (life.EndsWith("an answer", StringComparison.Ordinal))
            _schedule.Answered();
        if (life.StartsWith("a second", StringComparison.Ordinal))
            _time.Pass(TimeSpan.FromSeconds(1));
        if (life.StartsWith("five seconds", StringComparison.Ordinal))
            _time.Pass(TimeSpan.FromSeconds(5));
        Lose(life == "five seconds of silence" ? ErrorCode.Silent : CloseReason.Lost);
        Assert.Equal(!ends, _schedule.IsOver(Limit));
        _schedule.NextPause(Longest);
        Assert.InRange(_schedule.NextPause(Longest), TimeSpan.Zero, ends ? TimeSpan.FromMilliseconds(100) : Longest * 2);
        Assert.Equal(!ends, _schedule.NextPause(Longest) > TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Short_connections_with_progress_have_pauses_after_the_first_ones()
    {
        int prompt = 0;
        for (int i = 0; i < 20; i++)
        {
            _schedule.Progressed();
            Lose();
            if (_schedule.NextPause(Longest) == TimeSpan.Zero)
                prompt++;
            _schedule.Connected();
        }

        Assert.Equal(3, prompt);
    }

    [Fact]
    public void Each_outage_has_at_least_one_attempt()
    {
        Lose();
        Assert.False(_schedule.IsOver(TimeSpan.Zero));
        _schedule.NextPause(Longest);
        Assert.True(_schedule.IsOver(TimeSpan.Zero));
        _schedule.GaveUp();
        Lose();
        Assert.False(_schedule.IsOver(TimeSpan.Zero));
    }

    [Fact]
    public void Notices_beyond_the_limit_are_counted_and_not_shown()
    {
        var shown = new List<string>();
        var limiter = new NoticeLimiter(shown.Add, _time);
        for (int i = 0; i < 1000; i++)
            limiter.Show("x");
        Assert.Equal(100, shown.Count);
        _time.Pass(TimeSpan.FromSeconds(1));
        limiter.Show("y");
        Assert.Equal(["the server sent 900 more notices, which are not shown", "y"], shown[100..]);
    }

    private void Lose(string code = CloseReason.Lost) => _schedule.Lost(new(code, "text"));

    private sealed class ManualTime : TimeProvider
    {
        private long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Pass(TimeSpan time) => _now += time.Ticks;
    }
}
