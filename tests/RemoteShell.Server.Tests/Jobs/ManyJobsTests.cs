using System.Diagnostics;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>P5, and that nothing is left behind.</summary>
public class ManyJobsTests
{
    [Fact]
    public async Task A_thousand_short_jobs_two_hundred_at_once_have_one_outcome_each_and_leave_nothing()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await using var server = new TestServer();
        RemoteShellClient[] clients = [await server.ConnectAsync(), await server.ConnectAsync()];
        await clients[0].RunBufferedAsync(RemoteCommand.Shell("true")).Within();
        using var turns = new SemaphoreSlim(200);
        CommandResult[] results = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
        {
            await turns.WaitAsync();
            try
            {
                BufferedResult result = await clients[i % 2].RunBufferedAsync(RemoteCommand.Shell($"echo {i}; exit {i % 100}"));
                Assert.Equal(($"{i}\n", i % 100), (result.Output, result.Result.ExitCode));
                return result.Result;
            }
            finally
            {
                turns.Release();
            }
        })).Within(TimeSpan.FromSeconds(60));
        Assert.Equal(1000, results.Select(result => result.JobId).Distinct().Count());

        IReadOnlyList<JobInfo> jobs = await clients[0].ListJobsAsync("all").Within();
        Assert.Equal(results.Select(result => result.JobId).Order(), jobs.Select(job => job.Job).Where(job => results.Any(result => result.JobId == job)).Order());
        Assert.All(jobs, job => Assert.Equal(("ended", Outcome.Exited), (job.State, job.Outcome)));
        // Each is told once that it began, and once how it ended.
        Assert.Equal(1001, server.Log.Count(line => line.Contains(" started for ", StringComparison.Ordinal)));
        Assert.Equal(1001, server.Log.Count(line => line.Contains(" ended for ", StringComparison.Ordinal)));
        await Waiting.Until(() => clients[0].ListJobsAsync().GetAwaiter().GetResult().Count == 0, "all results are known to be delivered");

        // Listing is quick, whatever else this machine does: a hundredth of the limit for a test.
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < 10; i++)
            await clients[0].ListJobsAsync("all").Within();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Waiting.Limit / 2);

        foreach (RemoteShellClient client in clients)
            await client.DisposeAsync();
        await server.Server.StopAsync().Within();
        Assert.Equal(["journal"], Directory.GetFileSystemEntries(Path.Combine(server.Folder, "server", "jobs")).Select(Path.GetFileName));
        // Other tests run in this process too, so it is asked for this server's own: pipes and processes carry no name, jobs do.
        string[] ids = [.. results.Select(result => result.JobId)];
        await Waiting.Until(() => !Directory.EnumerateDirectories("/proc").Any(folder => Carries(folder, ids)), "no process of theirs is left");
    }

    private static bool Carries(string folder, string[] ids)
    {
        try
        {
            string environment = int.TryParse(Path.GetFileName(folder), out _) ? File.ReadAllText(Path.Combine(folder, "environ")) : "";
            int at = environment.IndexOf("RSH_JOB=", StringComparison.Ordinal);
            return at >= 0 && environment.Length >= at + 24 && ids.Contains(environment[(at + 8)..(at + 24)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
