using System.Collections.Concurrent;

namespace RemoteShell.Fleet.Tests.Scheduling;

/// <summary>Every host gets exactly one verdict, whatever the options and the failures are.</summary>
public class HostScheduleTests
{
    [Fact]
    public async Task Every_host_gets_one_verdict_with_random_options_and_failures()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            RunTarget[] targets = Targets(random.Next(1, 60));
            var options = new ScheduleOptions
            {
                Fanout = random.Next(1, 20),
                Canary = random.Next(0, 4),
                Batch = random.Next(2) == 0 ? HostCount.Exactly(random.Next(0, 20)) : HostCount.Percent(random.Next(0, 101)),
                MaxFail = random.Next(2) == 0 ? HostCount.Percent(100) : HostCount.Exactly(random.Next(0, 10)),
            };
            using var stop = new RunStop();
            int begun = 0, stopAt = random.Next(4) == 0 ? random.Next(targets.Length) : int.MaxValue, running = 0, most = 0;
            var schedule = new HostSchedule(options, stop);
            List<HostVerdict> verdicts = await ListAsync(schedule, targets, async target =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                if (Interlocked.Increment(ref begun) == stopAt)
                    stop.Now(StopCause.User);
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return Verdict(target, target.GetHashCode() % 5 == 0 ? VerdictKind.Failed : VerdictKind.Ok);
            });
            Assert.Equal(targets.Select(target => target.Host).Order(), verdicts.Select(verdict => verdict.Host).Order());
            Assert.Equal(begun, verdicts.Count(verdict => verdict.Kind != VerdictKind.Skipped));
            Assert.True(most <= options.Fanout, $"seed {seed}: {most} hosts at once");
            Assert.Empty(schedule.Running);
            var totals = new RunTotals(verdicts);
            Assert.Equal(targets.Length, totals.Groups.Sum(group => group.Verdicts.Count));
        }
    }

    [Fact]
    public async Task Canary_that_is_not_ok_skips_all_others()
    {
        var options = new ScheduleOptions { Canary = 2 };
        List<HostVerdict> verdicts = await ListAsync(options, Targets(10), target => Verdict(target, Failing(target, "h2")));
        Assert.Equal(["h1 ok", "h2 failed 1"], Begun(verdicts));
        Assert.Equal(8, verdicts.Count(verdict => verdict.Kind == VerdictKind.Skipped));
        Assert.All(verdicts.Where(verdict => verdict.Kind == VerdictKind.Skipped), verdict => Assert.Contains("canary", verdict.Reason));
    }

    [Fact]
    public async Task Canary_comes_before_all_others()
    {
        var order = new ConcurrentQueue<string>();
        var both = new TaskCompletionSource();
        int begun = 0;
        using var stop = new RunStop();
        var schedule = new HostSchedule(new() { Canary = 2 }, stop);
        List<HostVerdict> verdicts = await ListAsync(schedule, Targets(6), async target =>
        {
            order.Enqueue(target.Host);
            if (Interlocked.Increment(ref begun) == 2)
                both.SetResult();
            await both.Task.Within();
            return Verdict(target, VerdictKind.Ok);
        });
        Assert.All(verdicts, verdict => Assert.Equal(VerdictKind.Ok, verdict.Kind));
        Assert.Equal(["h1", "h2"], order.Take(2).Order());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    public async Task No_host_is_begun_after_too_many_have_failed(int maxFail, int begun)
    {
        var options = new ScheduleOptions { Fanout = 1, MaxFail = HostCount.Exactly(maxFail) };
        List<HostVerdict> verdicts = await ListAsync(options, Targets(10), target => Verdict(target, VerdictKind.Failed));
        Assert.Equal(begun, Begun(verdicts).Length);
        Assert.Contains(verdicts, verdict => verdict.Reason?.Contains($"at most {maxFail} may", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Batch_begins_after_the_last_host_of_the_batch_before_it()
    {
        int ended = 0;
        using var stop = new RunStop();
        var schedule = new HostSchedule(new() { Batch = HostCount.Exactly(4) }, stop);
        await ListAsync(schedule, Targets(12), async target =>
        {
            int number = int.Parse(target.Host[1..]) - 1;
            Assert.True(Volatile.Read(ref ended) >= number / 4 * 4);
            await Task.Yield();
            Interlocked.Increment(ref ended);
            return Verdict(target, VerdictKind.Ok);
        });
        Assert.Equal(12, ended);
    }

    [Fact]
    public async Task Hosts_that_an_earlier_client_has_begun_come_first_and_count_as_failed()
    {
        RunTarget[] targets = Targets(8);
        var options = new ScheduleOptions { Fanout = 1, MaxFail = HostCount.Exactly(1), Begun = targets[..4], Failed = 1 };
        List<HostVerdict> verdicts = await ListAsync(options, targets[4..], target => Verdict(target, Failing(target, "h2")));
        Assert.Equal(["h1 ok", "h2 failed 1", "h3 ok", "h4 ok"], Begun(verdicts));
        Assert.Equal(4, verdicts.Count(verdict => verdict.Kind == VerdictKind.Skipped));
    }

    [Theory]
    [InlineData("h1", 1)]
    [InlineData("h2", 2)]
    [InlineData("h5", 8)]
    public async Task Canaries_of_an_earlier_client_decide_about_the_others(string failing, int begun)
    {
        RunTarget[] targets = Targets(8);
        var options = new ScheduleOptions { Canary = 1, Begun = targets[..1], OnlyCanariesBegun = true };
        List<HostVerdict> verdicts = await ListAsync(options, targets[1..], target => Verdict(target, Failing(target, failing)));
        Assert.Equal(begun, Begun(verdicts).Length);
        Assert.Equal(8 - begun, verdicts.Count(verdict => verdict.Kind == VerdictKind.Skipped));
    }

    [Fact]
    public async Task Schedule_of_a_resumed_run_goes_on_where_the_earlier_client_was()
    {
        using var folder = new TemporaryFolder();
        RunTarget[] targets = Targets(10);
        await using KeptRun run = new RunStore(folder["runs"]).Create(
            new() { Id = "run", Started = DateTimeOffset.UtcNow, Words = [], Folder = "/", Targets = "h", Command = "" }, targets);
        var options = new ScheduleOptions { Canary = 3, MaxFail = HostCount.Percent(20), Batch = HostCount.Percent(50) };
        run.Begin(targets[0]);
        run.Begin(targets[1]);
        await run.KeepAsync(Verdict(targets[0], VerdictKind.Failed), null);
        ScheduleOptions early = options.Resuming(run, run.Resumable);
        Assert.Equal([targets[1]], early.Begun);
        Assert.Equal((1, 1, true), (early.Failed, early.Canary, early.OnlyCanariesBegun));
        Assert.Equal((2, 5), (early.MaxFail.Of(9), early.Batch.Of(9)));
        foreach (RunTarget target in targets[..6])
            run.Begin(target);
        await run.KeepAsync(Verdict(targets[3], VerdictKind.Lost), null);
        ScheduleOptions late = options.Resuming(run, run.Resumable);
        Assert.Equal(targets[1..6], late.Begun);
        Assert.Equal((1, 0, false), (late.Failed, late.Canary, late.OnlyCanariesBegun));
    }

    [Theory]
    [InlineData("10", 200, 10)]
    [InlineData("0", 200, 0)]
    [InlineData("25%", 200, 50)]
    [InlineData("100%", 7, 7)]
    [InlineData("1%", 7, 0)]
    public void Number_of_hosts_is_a_count_or_a_part(string text, int hosts, int expected)
    {
        Assert.Equal(expected, HostCount.Parse(text).Of(hosts));
        Assert.Equal(text, HostCount.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("-1")]
    [InlineData("101%")]
    [InlineData("1.5")]
    [InlineData("99999999999")]
    public void Other_texts_are_not_a_number_of_hosts(string text) => Assert.Throws<FormatException>(() => HostCount.Parse(text));

    private static RunTarget[] Targets(int count) => [.. Enumerable.Range(1, count).Select(i => new RunTarget($"h{i}", $"job{i}"))];

    private static VerdictKind Failing(RunTarget target, string host) => target.Host == host ? VerdictKind.Failed : VerdictKind.Ok;

    private static HostVerdict Verdict(RunTarget target, VerdictKind kind)
        => new() { Host = target.Host, Kind = kind, ExitStatus = kind == VerdictKind.Ok ? 0 : 1 };

    private static string[] Begun(IEnumerable<HostVerdict> verdicts) =>
    [
        .. verdicts.Where(verdict => verdict.Kind != VerdictKind.Skipped).Select(verdict => $"{verdict.Host} {verdict.Text}").Order(),
    ];

    private static async Task<List<HostVerdict>> ListAsync(
        ScheduleOptions options, RunTarget[] targets, Func<RunTarget, HostVerdict> work)
    {
        using var stop = new RunStop();
        return await ListAsync(new HostSchedule(options, stop), targets, target => Task.FromResult(work(target)));
    }

    private static async Task<List<HostVerdict>> ListAsync(
        HostSchedule schedule, RunTarget[] targets, Func<RunTarget, Task<HostVerdict>> work)
    {
        List<HostVerdict> verdicts = [];
        using var limit = new CancellationTokenSource(Waiting.Limit);
        await foreach (HostVerdict verdict in schedule.RunAsync(targets, work, limit.Token))
            verdicts.Add(verdict);
        return verdicts;
    }
}
