using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>When a job counts as begun: its client is told the id then, and may leave.</summary>
public class JobBeginTests
{
    [Fact]
    public async Task Command_that_is_gone_before_it_ran_has_not_begun_until_its_ending_is_known()
    {
        Job job = Make(hasBegun: false);
        Task begun = job.BegunAsync();
        Assert.False(begun.IsCompleted);
        job.SetEnding(new() { Outcome = JobOutcome.NeverStarted(126, "no shell"), Ended = DateTimeOffset.UtcNow });
        Assert.False(begun.IsCompleted);
        job.Complete();
        await begun.Within();
    }

    [Fact]
    public async Task Command_that_runs_has_begun() => await Make(hasBegun: true).BegunAsync().Within();

    private static Job Make(bool hasBegun)
    {
        var record = new JobRecord
        {
            Id = JobId.New(),
            Owner = "owner",
            Command = "true",
            Started = DateTimeOffset.UtcNow,
            OnDisconnect = "kill",
            OnFull = OnFull.Pause,
        };
        return new(record, TestKeys.Make(1), new Runner(hasBegun), new Dictionary<string, JobOutput>());
    }

    private sealed class Runner(bool hasBegun) : IJobRunner
    {
        public IReadOnlyList<string> Streams => [];

        public Task<JobOutcome> RunAsync(Job job, JobInput? input) => throw new NotSupportedException();

        public Task<bool> BegunAsync() => Task.FromResult(hasBegun);

        public bool Signal(int number) => false;
    }
}
