using System.Net;
using System.Net.Sockets;
using RemoteShell.Client;
using RemoteShell.Protocol;

namespace RemoteShell.Server.Tests.Hosting;

/// <summary>New options for a server that runs.</summary>
public class ApplyTests
{
    [Fact]
    public async Task New_limit_of_jobs_counts_for_connections_that_exist_and_keeps_jobs_that_run()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        RemoteJob job = await client.StartAsync(RemoteCommand.Shell("read x"), new() { Input = new NeverEnding() }).Within();
        await RunAsync(client);
        Assert.Equal([], server.Server.Apply(server.ServerOptions with { Limits = new() { Jobs = 1 } }));
        Assert.Equal(ErrorCode.Limit, (await Assert.ThrowsAsync<RequestRefusedException>(() => RunAsync(client))).Code);
        Assert.False(job.Completion.IsCompleted);
        Assert.Equal([], server.Server.Apply(server.ServerOptions));
        await RunAsync(client);
    }

    [Fact]
    public async Task New_limit_of_connections_keeps_those_that_exist()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        server.Server.Apply(server.ServerOptions with { Limits = new() { Connections = 1 } });
        RemoteShellException refused = await Assert.ThrowsAnyAsync<RemoteShellException>(
            () => RemoteShellClient.ConnectAsync(server.Options with { ConnectTimeout = TimeSpan.FromMilliseconds(100) }).Within());
        Assert.Contains("limit of 1 connections", refused.Message);
        await RunAsync(client);
        server.Server.Apply(server.ServerOptions);
        await using RemoteShellClient second = await server.ConnectAsync();
        await RunAsync(second);
    }

    [Fact]
    public async Task New_rules_of_forwarding_count_for_new_connections_only()
    {
        await using var server = new TestServer(options => options with { AllowsForwarding = true });
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        var command = RemoteCommand.Connect(ForwardTarget.Tcp("127.0.0.1", ((IPEndPoint)target.LocalEndpoint).Port));
        await using RemoteShellClient client = await server.ConnectAsync();
        await using RemoteJob job = await client.StartAsync(command, new() { Input = new NeverEnding() }).Within();
        Assert.Equal([], server.Server.Apply(server.ServerOptions with { PermitOpen = [ForwardRule.None] }));
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(
            () => client.StartAsync(command, new() { Input = new NeverEnding() })).Within();
        Assert.Equal(ErrorCode.Forbidden, refused.Code);
        Assert.False(job.Completion.IsCompleted);
    }

    [Fact]
    public async Task Larger_quota_lets_a_paused_job_write_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: a job is paused by a signal");
        await using var server = new TestServer(options => options with { JobQuota = 65_536 });
        await using RemoteShellClient client = await server.ConnectAsync();
        const string Script = "head -c 300000 /dev/zero; sleep 0.5; head -c 300000 /dev/zero";
        string job = await client.DetachAsync(RemoteCommand.Shell(Script)).Within();
        await Waiting.Until(() => StateAsync(client, job).GetAwaiter().GetResult() == JobState.Paused, "the job is paused");
        server.Server.Apply(server.ServerOptions with { JobQuota = 1L << 30 });
        Assert.Equal(0, (await client.WaitAsync(job).Within()).ExitCode);
    }

    [Fact]
    public async Task Options_of_the_start_are_named_and_keep_their_values()
    {
        await using var server = new TestServer();
        IReadOnlyList<string> kept = server.Server.Apply(server.ServerOptions with
        {
            Listen = [new(IPAddress.Loopback, 1)],
            ListenSockets = ["/nonexistent/socket"],
            Folder = "/nonexistent",
            StateFolder = "/nonexistent",
            Launcher = CommandLauncher.PosixSpawn,
            Shell = "/nonexistent",
            AnswersProbes = true,
            KeepJobs = 3,
        });
        Assert.Equal(["Listen", "ListenSockets", "Folder", "StateFolder", "Launcher", "Shell", "AnswersProbes"], kept);
        await using RemoteShellClient client = await server.ConnectAsync();
        await RunAsync(client);
    }

    [Fact]
    public async Task Order_of_addresses_is_not_a_change()
    {
        await using var server = new TestServer(options => options with { Listen = [.. options.Listen, new(IPAddress.Loopback, 0)] });
        Assert.Equal([], server.Server.Apply(server.ServerOptions with { Listen = [.. server.ServerOptions.Listen.Reverse()] }));
    }

    [Fact]
    public async Task Server_that_has_not_started_takes_no_options()
    {
        await using var server = new RemoteShellServer(new());
        Assert.Throws<InvalidOperationException>(() => server.Apply(new()));
    }

    private static async Task RunAsync(RemoteShellClient client)
        => Assert.Equal(0, (await client.RunBufferedAsync(RemoteCommand.Shell("true")).Within()).Result.ExitCode);

    private static async Task<JobState> StateAsync(RemoteShellClient client, string job)
        => (await client.ListJobsAsync(JobFilter.All).Within()).Single(info => info.Id == job).State;
}
