using RemoteShell.Client;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>How long the server remembers a job that has ended.</summary>
public class KeepingTests
{
    [Fact]
    public async Task Ended_jobs_and_their_files_are_deleted_after_the_keep_time()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: detached jobs need a POSIX shell");
        await using var server = new TestServer(options => options with { KeepTime = TimeSpan.FromMilliseconds(400) });
        await using RemoteShellClient client = await server.ConnectAsync();
        string running = await client.DetachAsync(RemoteCommand.Shell("exec sleep 300")).Within();
        string ended = await client.DetachAsync(RemoteCommand.Shell("echo x")).Within();
        await client.RunBufferedAsync(RemoteCommand.Shell("true")).Within();
        await client.WaitAsync(ended).Within();
        await Waiting.Until(() => client.ListJobsAsync(JobFilter.All).GetAwaiter().GetResult().Count == 1, "both are forgotten");
        Assert.Equal(running, (await client.ListJobsAsync(JobFilter.All).Within()).Single().Id);
        string[] folders = Directory.GetDirectories(Path.Combine(server.Folder, "server", "jobs"));
        Assert.Equal([running], folders.Select(path => Path.GetFileName(path)[..JobId.Length]));
        await client.KillAsync(running).Within();
    }

    [Fact]
    public async Task Oldest_jobs_are_forgotten_first_when_there_are_too_many()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: detached jobs need a POSIX shell");
        await using var server = new TestServer(options => options with { KeepTime = TimeSpan.FromSeconds(10), KeepJobs = 3 });
        await using RemoteShellClient client = await server.ConnectAsync();
        var jobs = new List<string>();
        for (int i = 0; i < 6; i++)
            jobs.Add((await client.RunBufferedAsync(RemoteCommand.Shell("true")).Within()).Result.JobId);
        await Waiting.Until(() => client.ListJobsAsync(JobFilter.All).GetAwaiter().GetResult().Count == 3, "three are left");
        Assert.Equal(jobs[3..].Order(), (await client.ListJobsAsync(JobFilter.All).Within()).Select(job => job.Id).Order());
    }
}
