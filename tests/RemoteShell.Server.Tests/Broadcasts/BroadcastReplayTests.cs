using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Broadcasts;

namespace RemoteShell.Server.Tests.Broadcasts;

/// <summary>A signed request that comes again starts nothing, whatever became of its job and of the server.</summary>
public class BroadcastReplayTests
{
    [Fact]
    public async Task Removed_job_is_refused_with_gone_also_after_restarts()
    {
        await using var server = new TestServer();
        var broker = new Broadcaster(server);
        BroadcastRequest request = Request(server, broker, "true");
        await broker.AskAsync(request);
        await using (RemoteShellClient client = await server.ConnectAsync())
            await client.ForgetAsync(request.JobOn("web7")).Within();
        for (int start = 0; start < 3; start++)
        {
            Assert.Equal(ErrorCode.Gone, (await broker.AskAsync(request)).Refusal?.Code);
            await server.RestartAsync();
        }

        Assert.Equal(1, Runs(server));
    }

    [Fact]
    public async Task Forgotten_job_is_refused_with_gone()
    {
        await using var server = new TestServer(options => options with { KeepTime = TimeSpan.FromMilliseconds(300) });
        var broker = new Broadcaster(server);
        BroadcastRequest request = Request(server, broker, "true");
        await broker.AskAsync(request);
        await using RemoteShellClient client = await server.ConnectAsync();
        await Waiting.UntilAsync(async () => (await client.ListJobsAsync(JobFilter.All)).Count == 0, "the job is forgotten");
        Assert.Equal(ErrorCode.Gone, (await broker.AskAsync(request)).Refusal?.Code);
        Assert.Equal(1, Runs(server));
    }

    [Fact]
    public async Task Output_that_is_not_kept_any_more_is_refused_with_gone()
    {
        await using var server = new TestServer(options => options with { Limits = options.Limits with { Jobs = 1 } });
        var broker = new Broadcaster(server);
        BroadcastRequest request = Request(server, broker, "echo y");
        BroadcastRequest silent = Request(server, broker, "true");
        await broker.AskAsync(request);
        await broker.AskAsync(silent);
        // A key has as many outputs as jobs; the check comes with the jobs that end.
        for (int i = 0; i < 4; i++)
            await broker.AskAsync(broker.Request("echo z"));
        BroadcastRefusal? refusal = (await broker.AskAsync(request)).Refusal;
        Assert.Equal(ErrorCode.Gone, refusal?.Code);
        Assert.Contains("exited, status 0", refusal!.Text);
        // Nothing of an empty output is lost.
        Assert.Equal(0, (await broker.AskAsync(silent)).Code);
        Assert.Equal(2, Runs(server));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Server_that_was_killed_does_not_start_the_job_again(bool hasEnded)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: other systems do not tell the boot");
        await using var server = new TestServer();
        var broker = new Broadcaster(server);
        BroadcastRequest request = Request(server, broker, hasEnded ? "true" : "exec sleep 300");
        await using IAsyncDisposable connection = await broker.BeginAsync(request);
        await Waiting.Until(() => Runs(server) == 1, "the job runs");
        if (hasEnded)
            await broker.AskAsync(request);
        // What a server finds that starts now, if this one is killed.
        byte[] journal = await File.ReadAllBytesAsync(Journal(server), TestContext.Current.CancellationToken);
        await server.Server.DisposeAsync();
        await File.WriteAllBytesAsync(Journal(server), journal, TestContext.Current.CancellationToken);
        await server.RestartAsync();
        BroadcastRefusal? refusal = (await broker.AskAsync(request)).Refusal;
        Assert.Equal(ErrorCode.Gone, refusal?.Code);
        Assert.Contains(hasEnded ? "exited" : "lost", refusal!.Text);
        Assert.Equal(1, Runs(server));
    }

    [Fact]
    public async Task Server_that_has_lost_its_journal_does_not_start_an_older_request()
    {
        await using var server = new TestServer();
        var broker = new Broadcaster(server);
        BroadcastRequest request = Request(server, broker, "true");
        await broker.AskAsync(request);
        await server.Server.DisposeAsync();
        File.Delete(Journal(server));
        await server.RestartAsync();
        Assert.Equal(ErrorCode.Gone, (await broker.AskAsync(request)).Refusal?.Code);
        Assert.Equal(0, (await broker.AskAsync(broker.Request("true"))).Code);
        Assert.Equal(1, Runs(server));
    }

    private static BroadcastRequest Request(TestServer server, Broadcaster broker, string rest)
        => broker.Request($"echo x >> '{server.Folder}/runs'; {rest}");

    private static string Journal(TestServer server) => Path.Combine(server.Folder, "server", "jobs", "journal");

    private static int Runs(TestServer server)
    {
        string log = Path.Combine(server.Folder, "runs");
        return File.Exists(log) ? File.ReadAllLines(log).Length : 0;
    }
}
