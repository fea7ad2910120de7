using System.Diagnostics;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Protocol.Tests.Messages;

/// <summary>The first and the last value that a field may have.</summary>
public class ValueLimitTests
{
    [Theory]
    [InlineData(Outcome.Exited, 0, 255)]
    [InlineData(Outcome.Signaled, 129, 255)]
    [InlineData(Outcome.TimedOut, 124, 124)]
    [InlineData(Outcome.Killed, 1, 255)]
    [InlineData(Outcome.KilledByPolicy, 1, 255)]
    [InlineData(Outcome.NeverStarted, 126, 127)]
    [InlineData(Outcome.Lost, 255, 255)]
    public void Outcome_has_exit_statuses_of_its_own(string outcome, int first, int last)
    {
        Assert.NotNull(Outcome.FindFault(outcome, first - 1));
        Assert.Null(Outcome.FindFault(outcome, first));
        Assert.Null(Outcome.FindFault(outcome, last));
        Assert.NotNull(Outcome.FindFault(outcome, last + 1));
    }

    [Fact]
    public void Job_without_an_outcome_has_an_exit_status_of_one_byte()
    {
        var entry = new JobEntry { Job = JobId.New(), State = "running", Code = 255 };
        Assert.Null(entry.FindFault());
        Assert.NotNull((entry with { Code = 256 }).FindFault());
    }

    [Fact]
    public void Connection_number_0_is_valid()
    {
        Assert.Null(new ConnectionEntry { Id = 0 }.FindFault());
        Assert.NotNull(new ConnectionEntry { Id = -1 }.FindFault());
    }

    [Fact]
    public void Stream_name_has_at_most_128_bytes()
    {
        Assert.Null(WireRange.StreamName("stream", new('é', 64)));
        Assert.NotNull(WireRange.StreamName("stream", new string('é', 64) + "x"));
        Assert.NotNull(WireRange.StreamName("stream", ""));
    }

    [Theory]
    [InlineData("xterm~", true)]
    [InlineData("!", true)]
    [InlineData("xterm ", false)]
    [InlineData("xterm\u007f", false)]
    public void Terminal_type_is_printable_ascii(string term, bool isValid)
        => Assert.Equal(isValid, new TerminalRequest(term, 80, 24).Validate() is null);

    [Theory]
    [InlineData(OnFull.Pause)]
    [InlineData(OnFull.DropOldest)]
    [InlineData(OnFull.Kill)]
    public void Policy_at_the_quota_is_known(string word) => Assert.True(OnFull.IsKnown(word));

    [Fact]
    public void First_limit_is_the_window_beyond_the_offset_and_does_not_overflow()
    {
        Assert.Equal(105, new StreamPosition(5).FirstLimit(100));
        Assert.Equal(7, new StreamPosition(5, 7).FirstLimit(100));
        Assert.Equal(long.MaxValue, new StreamPosition(long.MaxValue - 10).FirstLimit(100));
    }

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("abcd", "abc…")]
    [InlineData("ab😀", "ab…")]
    public void Text_is_cut_only_if_it_is_too_long(string text, string expected) => Assert.Equal(expected, Message.Cut(text, 3));

    [Fact]
    public async Task Signals_have_the_numbers_of_the_system()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "needs a POSIX shell");
        var shell = new ProcessStartInfo("/bin/sh", ["-c", "i=1; while [ $i -lt 32 ]; do kill -l $i; i=$((i+1)); done"])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(shell)!;
        string[] names = (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).Within()).Trim().Split('\n');
        Assert.Equal(31, names.Length);
        var known = names.Index().Where(name => SignalName.ToNumber(name.Item) is not null).ToList();
        Assert.InRange(known.Count, 27, 31);
        Assert.All(known, name => Assert.Equal(name.Index + 1, SignalName.ToNumber(name.Item)));
        Assert.All(known, name => Assert.Equal(name.Item, SignalName.FromNumber(name.Index + 1)));
    }
}
