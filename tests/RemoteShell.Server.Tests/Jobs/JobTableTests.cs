using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Tests.Jobs;

public class JobTableTests
{
    [Fact]
    public void Job_is_running_until_it_has_ended()
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
        var job = new Job(record, TestKeys.Make(1), runner: null, new Dictionary<string, JobOutput>());
        var table = new JobTable();
        Assert.True(table.TryAdd(job));
        Assert.Equal([job], table.Running);
        Assert.Equal([job], table.EndingWithServer);
        job.SetEnding(new JobEnding { Outcome = new(Outcome.Exited, 0), Ended = DateTimeOffset.UtcNow });
        job.Complete();
        Assert.Empty(table.Running);
        Assert.Equal([job], table.All);
    }
}
