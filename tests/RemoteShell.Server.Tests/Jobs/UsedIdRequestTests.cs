using RemoteShell.Client;
using RemoteShell.Protocol.Messages;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>An id that was used starts nothing again, whatever became of its job.</summary>
public class UsedIdRequestTests
{
    private static readonly ServerOptionsChange KeepFew = options => options with { KeepTime = TimeSpan.FromSeconds(20), KeepJobs = 1 };
    private static readonly ServerOptionsChange KeepShort = options => options with { KeepTime = TimeSpan.FromMilliseconds(100) };

    private delegate ServerOptions ServerOptionsChange(ServerOptions options);

    [Theory]
    [InlineData("")]
    [InlineData(",\"onDisconnect\":\"keep\"")]
    [InlineData(",\"detach\":true")]
    public async Task Removed_id_is_refused_with_gone_and_the_command_does_not_run_again(string more)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: detached jobs need a POSIX shell");
        await using var server = new TestServer();
        string id = await StartAsync(server, more);
        await using (RemoteShellClient client = await server.ConnectAsync())
        {
            await client.WaitAsync(id).Within();
            await client.ForgetAsync(id).Within();
        }

        await CheckRefusedAsync(server, id, more);
        // After a restart too, and it does not reappear among the jobs.
        await server.RestartAsync();
        await CheckRefusedAsync(server, id, more);
        await server.RestartAsync();
        await CheckRefusedAsync(server, id, more);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"detach\":true")]
    public Task Id_that_was_forgotten_after_the_keep_time_is_refused_with_gone(string more) => CheckForgottenAsync(KeepShort, more);

    [Theory]
    [InlineData("")]
    [InlineData(",\"detach\":true")]
    public Task Id_that_was_forgotten_for_newer_jobs_is_refused_with_gone(string more) => CheckForgottenAsync(KeepFew, more);

    [Fact]
    public async Task Used_id_of_one_key_can_be_used_by_another()
    {
        await using var server = new TestServer();
        string id = await StartAsync(server, "");
        await using (RemoteShellClient client = await server.ConnectAsync())
        {
            await client.WaitAsync(id).Within();
            await client.ForgetAsync(id).Within();
        }

        using (Identity identity = Identity.LoadOrCreate(server.ClientOptions("other").IdentityFile))
            server.AuthorizedKeys.Add($"{identity.PublicKey} other");
        await using RemoteShellClient other = await RemoteShellClient.ConnectAsync(server.ClientOptions("other")).Within();
        Assert.Equal(0, (await other.RunBufferedAsync(RemoteCommand.Shell("true")).Within()).Result.ExitCode);
        await CheckRefusedAsync(server, id, "");
    }

    [Fact]
    public async Task Id_whose_result_was_delivered_is_not_kept()
    {
        await using var server = new TestServer(options => KeepFew(options));
        await using RemoteShellClient client = await server.ConnectAsync();
        for (int i = 0; i < 20; i++)
            await client.RunBufferedAsync(RemoteCommand.Shell("true")).Within();
        await Waiting.Until(() => client.ListJobsAsync(JobFilter.All).GetAwaiter().GetResult().Count == 1, "the others are forgotten");
        string journal = File.ReadAllText(Path.Combine(server.Folder, "server", "jobs", "journal"));
        Assert.DoesNotContain("\"used\"", journal, StringComparison.Ordinal);
    }

    private static async Task CheckForgottenAsync(ServerOptionsChange configure, string more)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: detached jobs need a POSIX shell");
        await using var server = new TestServer(options => configure(options));
        string id = await StartAsync(server, more);
        await using (RemoteShellClient client = await server.ConnectAsync())
        {
            // The one that has ended first is forgotten first.
            await Waiting.Until(() => HasEnded(client, id), "the job has ended");
            // Those that are delivered are forgotten first; a detached job counts as one that is not.
            await client.WaitAsync(await client.DetachAsync(RemoteCommand.Shell("true")).Within()).Within();
            await Waiting.Until(() => !Knows(client, id), "the job is forgotten");
        }

        await CheckRefusedAsync(server, id, more);
        await server.RestartAsync();
        await CheckRefusedAsync(server, id, more);
    }

    private static bool Knows(RemoteShellClient client, string id)
        => client.ListJobsAsync(JobFilter.All).GetAwaiter().GetResult().Any(job => job.Id == id);

    private static bool HasEnded(RemoteShellClient client, string id)
        => client.ListJobsAsync(JobFilter.All).GetAwaiter().GetResult().Any(job => job.Id == id && job.State == JobState.Ended);

    // Starts the job, and cuts the connection before the result is delivered.
    private static async Task<string> StartAsync(TestServer server, string more)
    {
        string id = JobId.New();
        await using RawPeer peer = await RawPeer.ConnectAsync(server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), Open(server, id, more));
        await peer.ReadAsync("opened");
        await Waiting.Until(() => Runs(server) == 1, "the command has run");
        return id;
    }

    private static async Task CheckRefusedAsync(TestServer server, string id, string more)
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), Open(server, id, more));
        Assert.Contains("\"code\":\"gone\"", await peer.ReadAsync("refused"));
        // A command that was started nevertheless would have run before this one.
        await using RemoteShellClient client = await server.ConnectAsync();
        await client.RunBufferedAsync(RemoteCommand.Shell("true")).Within();
        Assert.False(Knows(client, id));
        Assert.Equal(1, Runs(server));
    }

    private static int Runs(TestServer server)
    {
        string log = Path.Combine(server.Folder, "runs");
        return File.Exists(log) ? File.ReadAllLines(log).Length : 0;
    }

    private static byte[] Open(TestServer server, string id, string more)
    {
        string command = $"echo x >> '{server.Folder}/runs'";
        return RawPeer.Frame($$"""{"type":"open","channel":1,"request":"exec","job":"{{id}}","command":"{{command}}"{{more}}}""");
    }
}
