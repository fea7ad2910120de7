using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using RemoteShell.Client;
using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>What a server does with the jobs of an earlier one, and with processes that only look like theirs.</summary>
public sealed class RecoveryTests : IAsyncLifetime
{
    private readonly TestServer _server = new();

    private string JobsFolder => Path.Combine(_server.Folder, "server", "jobs");

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: the server finds processes in /proc");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Session_of_a_lost_job_is_ended()
    {
        using Process sleeper = await SleepInSessionAsync();
        await RestartWithLostJobAsync(SessionIdentity.Of(sleeper.Id)!, ProcessIdentity.Boot);
        await sleeper.WaitForExitAsync().Within();
    }

    [Fact]
    public async Task Process_that_got_the_id_of_a_lost_job_is_not_signalled()
    {
        using Process sleeper = await SleepInSessionAsync();
        using Process control = await SleepInSessionAsync();
        SessionIdentity real = SessionIdentity.Of(sleeper.Id)!;
        await RestartWithLostJobAsync(real with { Start = $"1{real.Start}" }, ProcessIdentity.Boot, SessionIdentity.Of(control.Id)!);
        await control.WaitForExitAsync().Within();
        AssertRuns(sleeper);
    }

    [Fact]
    public async Task Nothing_is_signalled_for_a_job_of_an_earlier_boot()
    {
        using Process sleeper = await SleepInSessionAsync();
        await RestartWithLostJobAsync(SessionIdentity.Of(sleeper.Id)!, "00000000-0000-0000-0000-000000000000");
        Assert.DoesNotContain(_server.Log, line => line.Contains("has outlived its server", StringComparison.Ordinal));
        await using RemoteShellClient client = await _server.ConnectAsync();
        Assert.Equal("lost", Assert.Single(await client.ListJobsAsync(JobFilter.All).Within()).OutcomeName);
        AssertRuns(sleeper);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Detached_job_runs_on_after_a_restart_and_is_lost_after_another_boot(bool isOtherBoot)
    {
        string job = await DetachAsync("exec sleep 300");
        await _server.Server.DisposeAsync();
        string record = Path.Combine(FolderOf(job), "record.json");
        JsonNode json = JsonNode.Parse(await File.ReadAllTextAsync(record, TestContext.Current.CancellationToken))!;
        if (isOtherBoot)
            json["boot"] = "00000000-0000-0000-0000-000000000000";
        await File.WriteAllTextAsync(record, json.ToJsonString(), TestContext.Current.CancellationToken);
        int leader = int.Parse(Path.GetFileName(Directory.GetFiles(FolderOf(job), "leader.*").Single()).Split('.')[1]);
        await _server.RestartAsync();
        await using RemoteShellClient client = await _server.ConnectAsync();
        JobState state = (await client.ListJobsAsync(JobFilter.All).Within()).Single(listed => listed.Id == job).State;
        Assert.Equal(isOtherBoot ? JobState.Ended : JobState.Running, state);
        using var process = Process.GetProcessById(leader);
        AssertRuns(process);
        process.Kill();
        // Otherwise the supervisor or the server writes into the folder while the test deletes it.
        await Waiting.Until(
            () => Directory.GetFiles(FolderOf(job), "exit.*").Length > 0 && File.Exists(Path.Combine(FolderOf(job), "ending.json")),
            "the end of the job is recorded");
    }

    [Fact]
    public async Task Detached_job_whose_process_id_was_reused_is_lost_and_nothing_is_signalled()
    {
        using Process sleeper = await SleepInSessionAsync();
        string job = await DetachAsync("exec sleep 300");
        await _server.Server.DisposeAsync();
        // The supervisor is gone, and its number belongs to another process.
        string holder = Directory.GetFiles(FolderOf(job), "holder.*").Single();
        string leader = Directory.GetFiles(FolderOf(job), "leader.*").Single();
        using (var supervisor = Process.GetProcessById(int.Parse(Path.GetFileName(holder).Split('.')[1])))
            supervisor.Kill();
        using (var command = Process.GetProcessById(int.Parse(Path.GetFileName(leader).Split('.')[1])))
            command.Kill();
        File.Move(holder, Path.Combine(FolderOf(job), $"holder.{sleeper.Id}.1"));
        File.Move(leader, Path.Combine(FolderOf(job), $"leader.{sleeper.Id}.1"));
        await _server.RestartAsync();
        await using RemoteShellClient client = await _server.ConnectAsync();
        Assert.Equal(JobState.Ended, (await client.ListJobsAsync(JobFilter.All).Within()).Single(listed => listed.Id == job).State);
        AssertRuns(sleeper);
    }

    [Fact]
    public async Task Output_of_a_process_left_behind_is_not_the_jobs_after_a_restart()
    {
        string go = Path.Combine(_server.Folder, "go"), late = Path.Combine(_server.Folder, "late");
        string job = await DetachAsync($"echo early; (while ! [ -e {go} ]; do sleep 0.02; done; echo late; touch {late}) & exit 0");
        await using (RemoteShellClient before = await _server.ConnectAsync())
            await before.WaitAsync(job).Within();
        await _server.Server.DisposeAsync();
        await File.WriteAllTextAsync(go, "", TestContext.Current.CancellationToken);
        await Waiting.Until(() => File.Exists(late), "the process left behind has written");
        await _server.RestartAsync();
        string file = Path.Combine(FolderOf(job), "stdout");
        Assert.Equal("early\nlate\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        await using RemoteShellClient client = await _server.ConnectAsync();
        using var output = new MemoryStream();
        await client.ReadLogsAsync(job, new(), new() { Output = output }).Within();
        Assert.Equal("early\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    private static void AssertRuns(Process process)
        => Assert.True(ProcessEntry.Read(process.Id) is { IsAlive: true }, "the process was ended");

    private static async Task<Process> SleepInSessionAsync()
    {
        Process process = Process.Start(new ProcessStartInfo("setsid", ["sleep", "300"]))!;
        await Waiting.Until(() => SessionIdentity.Of(process.Id) is not null, "it leads a session");
        return process;
    }

    private async Task<string> DetachAsync(string command)
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        return await client.DetachAsync(RemoteCommand.Shell(command)).Within();
    }

    private string FolderOf(string job) => Directory.GetDirectories(JobsFolder, $"{job}*").Single();

    // As a server that was killed leaves its journal.
    private async Task RestartWithLostJobAsync(SessionIdentity session, string? boot, SessionIdentity? second = null)
    {
        await _server.Server.DisposeAsync();
        foreach (SessionIdentity each in second is null ? [session] : (SessionIdentity[])[session, second])
            await AppendAsync(each, boot);
        await _server.RestartAsync();
    }

    private async Task AppendAsync(SessionIdentity session, string? boot)
    {
        var record = new JobRecord
        {
            Id = JobId.New(),
            Owner = _server.Identity.PublicKey.ToString(),
            Command = "lost",
            Started = DateTimeOffset.UtcNow,
            OnDisconnect = "kill",
            OnFull = "hold",
            Boot = boot,
        };
        JournalLine[] lines = [new(record.Id, record.Owner, Began: record), new(record.Id, record.Owner, Session: session)];
        await File.AppendAllLinesAsync(
            Path.Combine(JobsFolder, "journal"),
            lines.Select(line => System.Text.Json.JsonSerializer.Serialize(line, JobJson.Default.JournalLine)),
            TestContext.Current.CancellationToken);
    }
}
