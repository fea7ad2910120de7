using RemoteShell.Client;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>How long a job that has ended is remembered.</summary>
public class KeepingTests
{
    [Fact]
    public async Task Jobs_that_have_ended_are_forgotten_after_their_time_with_all_they_left()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await using var server = new TestServer(options => options with { KeepTime = TimeSpan.FromMilliseconds(400) });
        await using RemoteShellClient client = await server.ConnectAsync();
        string running = await client.DetachAsync(RemoteCommand.Shell("exec sleep 300")).Within();
        string ended = await client.DetachAsync(RemoteCommand.Shell("echo x")).Within();
        await client.RunBufferedAsync(RemoteCommand.Shell("true")).Within();
        await client.WaitAsync(ended).Within();
        await Waiting.Until(() => client.ListJobsAsync(JobFilter.All).GetAwaiter().GetResult().Count == 1, "both are forgotten");
        Assert.Equal(running, (await client.ListJobsAsync(JobFilter.All).Within()).Single().Id);
        Assert.Equal([running], Directory.GetDirectories(Path.Combine(server.Folder, "server", "jobs")).Select(path => Path.GetFileName(path)[..JobId.Length]));
        await client.KillAsync(running).Within();
    }

    [Fact]
    public async Task Of_too_many_the_oldest_are_forgotten_first()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await using var server = new TestServer(options => options with { KeepTime = TimeSpan.FromSeconds(10), KeepJobs = 3 });
        await using RemoteShellClient client = await server.ConnectAsync();
        var jobs = new List<string>();
        for (int i = 0; i < 6; i++)
            jobs.Add((await client.RunBufferedAsync(RemoteCommand.Shell("true")).Within()).Result.JobId);
        await Waiting.Until(() => client.ListJobsAsync(JobFilter.All).GetAwaiter().GetResult().Count == 3, "three are left");
        Assert.Equal(jobs[3..].Order(), (await client.ListJobsAsync(JobFilter.All).Within()).Select(job => job.Id).Order());
    }
}
