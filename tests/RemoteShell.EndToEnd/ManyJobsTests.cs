using System.Diagnostics;
using RemoteShell.Client;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.EndToEnd;

/// <summary>Many short jobs at once: one outcome each, and no leftover descriptors, processes or files.</summary>
public class ManyJobsTests
{
    private static readonly int Jobs = TestSize.Of(1000, 4000);

    [Fact]
    public async Task Thousand_jobs_two_hundred_at_once_leave_one_outcome_each()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: /proc/PID/fd");
        await using Programs programs = await Programs.StartAsync();
        int pid = programs.Server.Id;
        var options = new ClientOptions { Host = HostAddress.Parse(programs.Host), Folder = Path.Combine(programs.Home, "client") };
        // A first round, so that the runtime has opened all the files that it keeps open.
        await RunManyAsync(options, 200, 100);
        int files = Files(pid);

        CommandResult[] results = await RunManyAsync(options, Jobs, 200);
        string[] ids = [.. results.Select(result => result.JobId)];
        Assert.Equal(Jobs, ids.Distinct().Count());
        await using (RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within())
        {
            JobInfo[] jobs = [.. (await client.ListJobsAsync(JobFilter.All).Within()).Where(job => ids.Contains(job.Id))];
            Assert.Equal(ids.Order(), jobs.Select(job => job.Id).Order());
            Assert.All(jobs, job => Assert.Equal((JobState.Ended, CommandOutcome.Exited), (job.State, job.Outcome)));
            // By default the list has no jobs whose result was delivered.
            await Waiting.UntilAsync(async () => (await client.ListJobsAsync()).Count == 0, "all results are known to be delivered");
            // A generous limit, for a busy machine.
            var watch = Stopwatch.StartNew();
            await client.ListJobsAsync(JobFilter.All).Within();
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        }

        // The log has one start and one end of each job.
        await Waiting.Until(() => Logged(programs, " ended for ", ids) == Jobs, "the log has every end");
        Assert.Equal(Jobs, Logged(programs, " started for ", ids));
        await Waiting.Until(() => Files(pid) <= files, "no descriptor is left open");
        await Waiting.Until(() => Children(pid).Length == 0, "no process is left");
        Assert.Equal(
            ["journal", "lock"],
            Directory.GetFileSystemEntries(Path.Combine(programs.Home, "server", "jobs")).Select(Path.GetFileName).Order());
    }

    private static async Task<CommandResult[]> RunManyAsync(ClientOptions options, int count, int atOnce)
    {
        await using RemoteShellClient one = await RemoteShellClient.ConnectAsync(options).Within();
        await using RemoteShellClient other = await RemoteShellClient.ConnectAsync(options).Within();
        using var turns = new SemaphoreSlim(atOnce);
        return await Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
        {
            await turns.WaitAsync();
            try
            {
                BufferedResult result = await (i % 2 == 0 ? one : other).RunBufferedAsync(RemoteCommand.Shell($"echo {i}; exit {i % 100}"));
                Assert.Equal(($"{i}\n", i % 100), (result.Output, result.Result.ExitCode));
                return result.Result;
            }
            finally
            {
                turns.Release();
            }
        })).Within(TimeSpan.FromSeconds(120));
    }

    private static int Files(int pid) => Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length;

    private static string[] Children(int pid)
        =>
        [
            .. Directory.GetDirectories($"/proc/{pid}/task")
                .Select(thread => File.ReadAllText(Path.Combine(thread, "children")))
                .SelectMany(children => children.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        ];

    private static int Logged(Programs programs, string what, string[] ids)
        => programs.Log.Count(
            line => line.Contains(what, StringComparison.Ordinal) && ids.Any(id => line.Contains(id, StringComparison.Ordinal)));
}
