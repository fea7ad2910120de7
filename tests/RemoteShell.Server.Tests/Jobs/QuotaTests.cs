using RemoteShell.Client;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>Unread output is limited by the quotas; the job's on-full option says what happens at the limit.</summary>
public class QuotaTests
{
    private const long Quota = 1 << 20;

    [Fact]
    public async Task Detached_job_pauses_at_its_quota_and_can_be_killed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: jobs need a POSIX shell, and the quota drops bytes by punching holes");
        await using TestServer server = Create();
        await using RemoteShellClient client = await server.ConnectAsync();
        // Slow enough that the job does not end before the test looks.
        string job = await client.DetachAsync(RemoteCommand.Shell("while :; do head -c 65536 /dev/zero; sleep 0.01; done")).Within();
        await UntilAsync(client, job, info => info.State == JobState.Paused);
        long held = (await InfoAsync(client, job)).Bytes["stdout"];
        Assert.InRange(held, Quota, Quota * 2);
        // It does not write, and can be killed all the same.
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        Assert.Equal(held, (await InfoAsync(client, job)).Bytes["stdout"]);
        CommandResult result = await client.KillAsync(job).Within();
        Assert.Equal((CommandOutcome.Killed, 143), (result.Outcome, result.ExitCode));
    }

    [Fact]
    public async Task Total_quota_pauses_a_job_until_another_job_is_forgotten()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: jobs need a POSIX shell, and the quota drops bytes by punching holes");
        await using TestServer server = Create(options => options with { TotalQuota = Quota });
        await using RemoteShellClient client = await server.ConnectAsync();
        string full = await client.DetachAsync(RemoteCommand.Shell($"head -c {Quota + 1} /dev/zero")).Within();
        await client.WaitAsync(full).Within();
        string job = await client.DetachAsync(RemoteCommand.Shell("while :; do echo tick; sleep 0.01; done")).Within();
        await UntilAsync(client, job, info => info.State == JobState.Paused);
        await client.ForgetAsync(full).Within();
        await UntilAsync(client, job, info => info.State == JobState.Running);
        await client.KillAsync(job).Within();
    }

    [Fact]
    public async Task Detached_job_with_drop_oldest_loses_its_oldest_bytes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: jobs need a POSIX shell, and the quota drops bytes by punching holes");
        await using TestServer server = Create();
        await using RemoteShellClient client = await server.ConnectAsync();
        string script = "i=0; while [ $i -lt 100 ]; do head -c 65536 /dev/zero | tr '\\0' x; i=$((i+1)); sleep 0.01; done; echo end";
        RemoteCommand command = RemoteCommand.Shell(script) with { OnFull = QuotaPolicy.DropOldest };
        string job = await client.DetachAsync(command).Within();
        Assert.Equal(0, (await client.WaitAsync(job).Within()).ExitCode);
        using var output = new MemoryStream();
        IReadOnlyDictionary<OutputStream, LogRange> read = await client
            .ReadLogsAsync(job, new() { Stream = OutputStream.StandardOutput }, new() { Output = output })
            .Within();
        // Offsets stay what they were, and what is left is the end.
        Assert.Equal(6_553_604, read[OutputStream.StandardOutput].To);
        Assert.InRange(read[OutputStream.StandardOutput].To - read[OutputStream.StandardOutput].From, 1, Quota * 2);
        Assert.EndsWith("xxxx\0end\n".Replace("\0", ""), System.Text.Encoding.ASCII.GetString(output.ToArray()));
        Assert.DoesNotContain((byte)0, output.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Job_with_on_full_kill_is_killed_at_its_quota(bool detached)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: jobs need a POSIX shell, and the quota drops bytes by punching holes");
        await using TestServer server = Create();
        await using RemoteShellClient client = await server.ConnectAsync();
        RemoteCommand command = RemoteCommand.Shell("while :; do head -c 65536 /dev/zero; sleep 0.01; done") with
        {
            OnFull = QuotaPolicy.Kill,
            OnDisconnect = DisconnectPolicy.Keep,
        };
        string job = detached ? await client.DetachAsync(command).Within() : await LeaveAsync(server, command);
        CommandResult result = await client.WaitAsync(job).Within();
        Assert.Equal(CommandOutcome.KilledByPolicy, result.Outcome);
        Assert.StartsWith("on-full kill", result.Reason);
    }

    [Fact]
    public async Task Job_without_its_client_writes_up_to_its_quota_and_loses_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: jobs need a POSIX shell, and the quota drops bytes by punching holes");
        await using TestServer server = Create();
        await using var relay = new TcpRelay(server.Address);
        await using RemoteShellClient client = await ConnectAsync(server, relay);
        await using RemoteShellClient onlooker = await server.ConnectAsync();
        using var output = new MemoryStream();
        RemoteJob job = await client.StartAsync(RemoteCommand.Shell("seq 1 2000000"), new() { Output = output }).Within();
        GoDown(relay);
        // Memory, the file up to its quota, and the pipe are full.
        await UntilAsync(onlooker, job.Id, info => info.State == JobState.Paused);
        string[] entries = Directory.GetFileSystemEntries(Path.Combine(server.Folder, "server", "jobs"));
        Assert.Equal(["journal", "lock"], entries.Select(Path.GetFileName).Order());
        relay.IsDown = false;
        CommandResult result = await job.Completion.Within();
        Assert.Equal(0, result.ExitCode);
        string expected = string.Concat(Enumerable.Range(1, 2_000_000).Select(i => $"{i}\n"));
        Assert.Equal(expected, System.Text.Encoding.ASCII.GetString(output.ToArray()));
    }

    [Fact]
    public async Task Client_is_refused_when_bytes_were_dropped_while_it_was_away()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: jobs need a POSIX shell, and the quota drops bytes by punching holes");
        await using TestServer server = Create();
        await using var relay = new TcpRelay(server.Address);
        await using RemoteShellClient client = await ConnectAsync(server, relay);
        await using RemoteShellClient onlooker = await server.ConnectAsync();
        RemoteCommand command = RemoteCommand.Shell("echo begun; head -c 9000000 /dev/zero") with { OnFull = QuotaPolicy.DropOldest };
        RemoteJob job = await client.StartAsync(command, new()).Within();
        GoDown(relay);
        Assert.Equal(0, (await onlooker.WaitAsync(job.Id).Within()).ExitCode);
        relay.IsDown = false;
        var refusal = await Assert.ThrowsAsync<RequestRefusedException>(() => job.Completion.Within());
        Assert.Contains("the server no longer has the first", refusal.Message);
    }

    private static TestServer Create(Func<ServerOptions, ServerOptions>? more = null)
        => new(options => (more ?? (same => same))(options with { JobQuota = Quota }));

    private static Task<RemoteShellClient> ConnectAsync(TestServer server, TcpRelay relay, Func<ClientOptions, ClientOptions>? more = null)
    {
        ClientOptions options = server.Options with { Host = new("127.0.0.1", relay.Address.Port) };
        return RemoteShellClient.ConnectAsync(more?.Invoke(options) ?? options).Within();
    }

    // Cuts the connections, and refuses new ones.
    private static void GoDown(TcpRelay relay)
    {
        relay.IsDown = true;
        relay.Cut();
    }

    // Starts a job whose client disconnects without a goodbye.
    private static async Task<string> LeaveAsync(TestServer server, RemoteCommand command)
    {
        await using var relay = new TcpRelay(server.Address);
        RemoteShellClient client = await ConnectAsync(server, relay, options => options with { GiveUp = TimeSpan.Zero });
        RemoteJob job = await client.StartAsync(command, new()).Within();
        GoDown(relay);
        await Assert.ThrowsAsync<ConnectionLostException>(() => job.Completion.Within());
        await client.DisposeAsync();
        return job.Id;
    }

    private static async Task<JobInfo> InfoAsync(RemoteShellClient client, string job)
        => (await client.ListJobsAsync(JobFilter.All).Within()).Single(info => info.Id == job);

    private static async Task UntilAsync(RemoteShellClient client, string job, Func<JobInfo, bool> isSo)
        => await Waiting.Until(() => isSo(InfoAsync(client, job).GetAwaiter().GetResult()), "the job is in the state that is waited for");
}
