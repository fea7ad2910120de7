using RemoteShell.Client;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>The on-disconnect timer of a job, as its clients come and go.</summary>
public sealed class JobClientsTests : IAsyncLifetime
{
    private readonly TestServer _server = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Job_ends_after_its_time_when_the_last_watcher_leaves_long_after_the_owner()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a POSIX shell");
        await using RemoteShellClient client = await _server.ConnectAsync();
        RawPeer owner = await StartAsync("exec sleep 300", "keep:300ms");
        RawPeer watcher = await RawPeer.ConnectAsync(_server);
        string job = (await client.ListJobsAsync(JobFilter.Running).Within()).Single().Id;
        await watcher.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Frame(Attach(job)));
        await watcher.ReadAsync("opened");
        await Waiting.Until(() => Attached(client) == 2, "the watcher watches");
        await owner.DisposeAsync();
        await Waiting.Until(() => Attached(client) == 1, "the owner is gone");
        // Longer than the job waits: while it is watched, it goes on.
        await Task.Delay(TimeSpan.FromMilliseconds(600), TestContext.Current.CancellationToken);
        Assert.Equal(1, Attached(client));
        await watcher.DisposeAsync();
        // Not by waiting for the result, which is watching too.
        await Waiting.Until(() => State(client) == JobState.Ended, "the job has ended");
        CommandResult ended = await client.WaitAsync(job).Within();
        Assert.Equal(CommandOutcome.KilledByPolicy, ended.Outcome);
        Assert.Equal("on-disconnect keep:300ms: no client came back in time", ended.Reason);
    }

    [Fact]
    public async Task Result_is_kept_for_a_client_that_was_cut_off_just_before_the_end()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a POSIX shell");
        await using RemoteShellClient client = await _server.ConnectAsync();
        string go = Path.Combine(_server.Folder, "go"), job = JobId.New();
        RawPeer first = await StartAsync($"while ! [ -e {go} ]; do sleep 0.01; done; echo done; exit 7", "keep:100ms", job);
        await File.WriteAllTextAsync(go, "", TestContext.Current.CancellationToken);
        await first.DisposeAsync();
        await client.WaitAsync(job).Within();
        // Ten times as long as the job waits for a client while it runs.
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        await using RawPeer second = await StartAsync("ignored: the job has ended", "keep:100ms", job);
        Assert.Contains("\"code\":7", await second.ReadAsync("result"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kill", true)]
    [InlineData("keep", false)]
    public async Task Client_that_leaves_a_job_without_a_terminal_leaves_it_to_its_policy(string policy, bool ends)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a POSIX shell");
        await using RemoteShellClient client = await _server.ConnectAsync();
        string job = JobId.New();
        await using RawPeer peer = await StartAsync("exec sleep 300", policy, job);
        await peer.SendAsync(RawPeer.Frame("""{"type":"error","channel":1,"code":"detached","text":"bye"}"""));
        await Waiting.Until(() => ends ? State(client) == JobState.Ended : Attached(client) == 0, "the client has left");
        Assert.Equal(ends ? JobState.Ended : JobState.Running, State(client));
        if (!ends)
            await client.KillAsync(job).Within();
    }

    private static string Attach(string job)
        => $$$$"""{"type":"open","channel":1,"request":"attach","job":"{{{{job}}}}","window":1048576,"streams":{"stdout":{"from":0}}}""";

    private static JobState State(RemoteShellClient client) => client.ListJobsAsync(JobFilter.All).GetAwaiter().GetResult().Single().State;

    private static int Attached(RemoteShellClient client)
        => client.ListJobsAsync(JobFilter.All).GetAwaiter().GetResult().Single().AttachedClients;

    private async Task<RawPeer> StartAsync(string command, string policy, string? job = null)
    {
        RawPeer peer = await RawPeer.ConnectAsync(_server);
        string request = $$"""
            {"type":"open","channel":1,"request":"exec","job":"{{job ?? JobId.New()}}","command":"{{command}}","onDisconnect":"{{policy}}"}
            """;
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Frame(request.Trim()));
        await peer.ReadAsync("opened");
        return peer;
    }
}
