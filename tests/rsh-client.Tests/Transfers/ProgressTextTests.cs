using RemoteShell.Cli.Client.Transfers;
using RemoteShell.Files.Transfers;

namespace RemoteShell.Cli.Client.Tests.Transfers;

/// <summary>The words of the progress.</summary>
public class ProgressTextTests
{
    private const long Mebibyte = 1024 * 1024;

    [Fact]
    public void Line_shows_share_rate_and_time_left()
    {
        var progress = new TransferProgress
        {
            Done = 3,
            Found = 1200,
            Bytes = 25 * Mebibyte,
            FoundBytes = 100 * Mebibyte,
            IsTotalKnown = true,
        };
        Assert.Equal(
            (20, " 25 % 25.0 MiB of 100.0 MiB, 3 of 1,200, 10.0 MiB/s, 0:08 left"), ProgressText.Line(progress, 10 * Mebibyte, 120));
        Assert.Equal(0.25, ProgressText.ShareOf(progress));
    }

    [Fact]
    public void Share_and_time_left_are_not_shown_before_everything_is_found()
    {
        var progress = new TransferProgress { Done = 3, Found = 1200, Bytes = 25 * Mebibyte, FoundBytes = 100 * Mebibyte };
        Assert.Equal((10, "25.0 MiB, 3 of at least 1,200, 980 B/s"), ProgressText.Line(progress, 980, 79));
        Assert.Null(ProgressText.ShareOf(progress));
    }

    [Theory]
    [InlineData(100, 20, " 41 % 59.0 MiB of 143.1 MiB, 300 of 1,202, 49.4 MiB/s, 0:02 left")]
    [InlineData(99, 10, " 41 % 59.0 MiB of 143.1 MiB, 300 of 1,202, 49.4 MiB/s, 0:02 left")]
    [InlineData(75, 10, " 41 % 59.0 MiB of 143.1 MiB, 300 of 1,202, 49.4 MiB/s, 0:02 left")]
    [InlineData(74, 10, " 41 % 59.0 MiB of 143.1 MiB, 49.4 MiB/s, 0:02 left")]
    [InlineData(60, 10, " 41 %, 49.4 MiB/s, 0:02 left")]
    [InlineData(40, 10, " 41 %, 49.4 MiB/s, 0:02 left")]
    [InlineData(38, 0, " 41 %, 49.4 MiB/s, 0:02 left")]
    [InlineData(20, 0, " 41 %, 49.4 MiB/s")]
    [InlineData(10, 0, " 41 %")]
    public void Least_important_part_makes_room_in_a_narrow_terminal(int columns, int bar, string text)
    {
        var progress = new TransferProgress
        {
            Done = 300,
            Found = 1202,
            Bytes = 59 * Mebibyte,
            FoundBytes = (long)(143.1 * Mebibyte),
            IsTotalKnown = true,
        };
        Assert.Equal((bar, text), ProgressText.Line(progress, 49.4 * Mebibyte, columns));
    }

    [Fact]
    public void Line_fits_and_has_rate_and_time_left_from_80_columns_on()
    {
        foreach (TransferProgress progress in States())
        {
            foreach (double rate in (double[])[0, 0.3, 1, 980, 49.4 * Mebibyte, 1023.9 * 1024 * Mebibyte, long.MaxValue])
            {
                // The last column of a terminal stays empty.
                for (int columns = 39; columns < 200; columns++)
                    CheckLine(progress, rate, columns);
            }
        }
    }

    [Fact]
    public void Plain_line_has_everything_and_no_bar()
    {
        var progress = new TransferProgress { Done = 3, Found = 1200, Bytes = 25 * Mebibyte, FoundBytes = 100 * Mebibyte };
        Assert.Equal("25.0 MiB, 3 of at least 1,200, 10.0 MiB/s", ProgressText.Plain(progress, 10 * Mebibyte));
        progress = progress with { IsTotalKnown = true };
        Assert.Equal(" 25 % 25.0 MiB of 100.0 MiB, 3 of 1,200, 10.0 MiB/s, 0:08 left", ProgressText.Plain(progress, 10 * Mebibyte));
    }

    [Fact]
    public void Transfer_without_progress_has_no_time_left()
    {
        var progress = new TransferProgress { Done = 0, Found = 1, Bytes = 0, FoundBytes = 100, IsTotalKnown = true };
        Assert.Equal("  0 % 0 B of 100 B, 0 of 1, 0 B/s", ProgressText.Plain(progress, 0));
    }

    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(0.2, "0:01")]
    [InlineData(59.5, "1:00")]
    [InlineData(3723, "1:02:03")]
    [InlineData(1e9, "11,574 days")]
    public void Time_has_the_units_that_it_needs(double seconds, string text) => Assert.Equal(text, ProgressText.Time(seconds));

    [Fact]
    public void Rate_is_that_of_the_last_ten_seconds()
    {
        var meter = new RateMeter();
        for (int second = 1; second <= 20; second++)
            meter.Note(TimeSpan.FromSeconds(second), new() { Bytes = second * 100 });
        Assert.Equal(100, meter.Note(TimeSpan.FromSeconds(21), new() { Bytes = 2100 }), 0.001);
        Assert.Equal(0, meter.Note(TimeSpan.FromSeconds(60), new() { Bytes = 2100 }), 0.001);
    }

    [Fact]
    public void Content_that_was_there_already_is_no_part_of_the_rate()
    {
        var meter = new RateMeter();
        Assert.Equal(100, meter.Note(TimeSpan.FromSeconds(1), new() { Bytes = 5100, PresentBytes = 5000 }), 0.001);
    }

    [Fact]
    public void Failures_are_counted_by_reason()
    {
        var reasons = new ReasonCounter();
        reasons.Add("is a directory");
        Assert.Equal("is a directory", reasons.ToString());
        reasons.Add("permission denied");
        reasons.Add("permission denied");
        Assert.Equal("permission denied (2), is a directory (1)", reasons.ToString());
        for (int i = 0; i < 100; i++)
            reasons.Add($"at byte {i}");
        Assert.EndsWith(")", reasons.ToString(), StringComparison.Ordinal);
        Assert.Contains("other reasons (", reasons.ToString(), StringComparison.Ordinal);
        Assert.InRange(reasons.ToString().Length, 1, 200);
    }

    private static IEnumerable<TransferProgress> States()
        => from total in (long[])[1, 1000, (long)(143.1 * Mebibyte), (long)(1023.9 * 1024 * Mebibyte), long.MaxValue]
           from share in (double[])[0, 0.0001, 0.41, 1]
           from found in (long[])[1, 1202, 9_999_999, long.MaxValue]
           from done in (long[])[0, found / 3, found]
           from isTotalKnown in (bool[])[false, true]
           select new TransferProgress
           {
               Done = done,
               Found = found,
               Bytes = (long)(total * share),
               FoundBytes = total,
               IsTotalKnown = isTotalKnown,
           };

    private static void CheckLine(TransferProgress progress, double rate, int columns)
    {
        (int bar, string line) = ProgressText.Line(progress, rate, columns);
        int width = bar == 0 ? line.Length : bar + " ".Length + line.Length;
        Assert.True(width <= columns, $"{width} of {columns} columns: {line}");
        if (columns < 79)
            return;
        Assert.NotEqual(0, bar);
        Assert.Contains("/s", line, StringComparison.Ordinal);
        if (!progress.IsTotalKnown)
            return;
        Assert.Contains(" %", line, StringComparison.Ordinal);
        if (rate >= 1)
            Assert.EndsWith(" left", line, StringComparison.Ordinal);
    }
}
