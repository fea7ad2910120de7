using RemoteShell.Files.Transfers;

namespace RemoteShell.Files.Tests.Transfers;

/// <summary>The limit of a transfer's rate.</summary>
public class RateLimitTests
{
    private const int Rate = 1_000_000, Piece = 10_000;

    [Fact]
    public void Pieces_are_spread_over_the_time()
    {
        var limit = new RateLimit(Rate);
        TimeSpan now = TimeSpan.Zero;
        for (int piece = 0; piece < 500; piece++)
            now = Sleep(now, limit.Take(Piece, now));
        Assert.InRange(now.TotalSeconds, 4.7, 5.01);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3600)]
    public void Pause_is_not_made_up_for(int seconds)
    {
        var limit = new RateLimit(Rate);
        TimeSpan now = Sleep(TimeSpan.Zero, limit.Take(Piece, TimeSpan.Zero)) + TimeSpan.FromSeconds(seconds);
        TimeSpan after = now;
        for (int piece = 0; piece < 100; piece++)
            now = Sleep(now, limit.Take(Piece, now));
        Assert.InRange((now - after).TotalSeconds, 0.7, 1.01);
    }

    private static TimeSpan Sleep(TimeSpan now, TimeSpan time) => time > TimeSpan.Zero ? now + time : now;
}
