using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>How long a job takes, if the wall clock is set back or forth meanwhile.</summary>
public class JobDurationTests
{
    // How the wall clock was set after the job's start.
    public static TheoryData<int> SetHours => [-24_000, -1, 1, 24_000];

    [Theory]
    [MemberData(nameof(SetHours))]
    public void Running_job_does_not_follow_the_wall_clock(int hours)
    {
        Job job = Make(DateTimeOffset.UtcNow.AddHours(-hours), SystemClock.Now, ProcessIdentity.Boot);
        Assert.InRange(job.Duration, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Theory]
    [MemberData(nameof(SetHours))]
    public void Ended_job_keeps_the_duration_that_the_server_measured(int hours)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Job job = Make(now.AddHours(-hours), SystemClock.Now, ProcessIdentity.Boot);
        job.Recall(new() { Outcome = new(Outcome.Exited, 0), Ended = now, Duration = 1234.5 });
        Assert.Equal(1234.5, job.Duration.TotalMilliseconds);
    }

    [Theory]
    [MemberData(nameof(SetHours))]
    public void Job_that_ended_without_a_server_never_has_a_negative_duration(int hours)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Job job = Make(now.AddHours(-hours), SystemClock.Now, ProcessIdentity.Boot);
        job.Recall(new() { Outcome = new(Outcome.Exited, 0), Ended = now });
        Assert.Equal(Math.Max(hours, 0), job.Duration.TotalHours, 3);
    }

    [Fact]
    public void Clock_of_another_boot_does_not_count()
    {
        Job job = Make(DateTimeOffset.UtcNow.AddHours(-2), SystemClock.Now + 5_000_000, boot: "another boot");
        Assert.Equal(2, job.Duration.TotalHours, 1);
    }

    [Theory]
    [MemberData(nameof(SetHours))]
    public void Time_since_the_end_does_not_follow_the_wall_clock(int hours)
    {
        Job job = Make(DateTimeOffset.UtcNow, SystemClock.Now, ProcessIdentity.Boot);
        Assert.Equal(TimeSpan.Zero, job.SinceEnd);
        job.SetEnding(new() { Outcome = new(Outcome.Exited, 0), Ended = DateTimeOffset.UtcNow.AddHours(-hours) });
        Assert.InRange(job.SinceEnd, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    private static Job Make(DateTimeOffset started, long clock, string? boot)
    {
        var record = new JobRecord
        {
            Id = JobId.New(),
            Owner = "owner",
            Command = "true",
            Started = started,
            OnDisconnect = "kill",
            OnFull = OnFull.Pause,
            Boot = boot,
            Clock = clock,
        };
        return new(record, TestKeys.Make(1), runner: null, new Dictionary<string, JobOutput>());
    }
}
