using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Jobs.Output;

namespace RemoteShell.Server.Tests.Jobs;

public class JobTableTests
{
    [Fact]
    public void Job_is_running_until_it_has_ended()
    {
        Job job = MakeJob(JobId.New(), DateTimeOffset.UtcNow);
        var table = new JobTable();
        Assert.True(table.TryAdd(job));
        Assert.Equal([job], table.Running);
        Assert.Equal([job], table.EndingWithServer);
        job.SetEnding(new JobEnding { Outcome = new(Outcome.Exited, 0), Ended = DateTimeOffset.UtcNow });
        job.Complete();
        Assert.Empty(table.Running);
        Assert.Equal([job], table.All);
    }

    // The client makes the ids: those of one hundredth of a second have a random order, and the client's clock may be wrong.
    [Fact]
    public void Jobs_of_an_owner_are_in_the_order_of_their_start()
    {
        string[] ids = [.. Enumerable.Range(0, 100).Select(_ => JobId.New())];
        Random.Shared.Shuffle(ids);
        DateTimeOffset first = DateTimeOffset.UtcNow;
        var table = new JobTable();
        foreach (int i in Enumerable.Range(0, ids.Length).OrderBy(_ => Random.Shared.Next()))
            Assert.True(table.TryAdd(MakeJob(ids[i], first.AddTicks(i))));
        Assert.Equal(ids, table.Of(TestKeys.Make(1)).Select(job => job.Id));
        Assert.Equal(ids, table.Match("", TestKeys.Make(1)).Select(job => job.Id));
    }

    private static Job MakeJob(string id, DateTimeOffset started)
    {
        var record = new JobRecord
        {
            Id = id,
            Owner = "owner",
            Command = "true",
            Started = started,
            OnDisconnect = "kill",
            OnFull = OnFull.Pause,
        };
        return new(record, TestKeys.Make(1), runner: null, new Dictionary<string, JobOutput>());
    }
}
