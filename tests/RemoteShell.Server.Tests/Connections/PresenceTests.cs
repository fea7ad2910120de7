using System.Collections.Concurrent;
using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Tests.Connections;

/// <summary>Who is there, what each may know of the others, and what becomes of those who do nothing.</summary>
public class PresenceTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Who_shows_details_of_own_connections_only()
    {
        await using var server = new TestServer();
        ClientOptions other = server.ClientOptions("other");
        using (var identity = Identity.LoadOrCreate(other.IdentityFile))
            server.AuthorizedKeys.Add($"{identity.PublicKey} somebody else");
        await using RemoteShellClient stranger = await RemoteShellClient.ConnectAsync(other).Within();
        using var stop = new CancellationTokenSource();
        RemoteJob secret = await stranger.StartAsync(RemoteCommand.Shell("echo a secret; sleep 60"), new(), stop.Token).Within();
        await using RemoteShellClient client = await server.ConnectAsync();
        RemoteJob own = await client.StartAsync(RemoteCommand.Shell("sleep 61"), new(), stop.Token).Within();

        IReadOnlyList<ConnectedClient> present = await client.WhoAsync().Within();
        ConnectedClient me = Assert.Single(present, one => one.IsOwn), them = Assert.Single(present, one => !one.IsOwn);
        Assert.Equal("test", me.Name);
        Assert.Contains("runs: sleep 61", me.Doing!);
        Assert.StartsWith("127.0.0.1:", me.From);
        Assert.Equal(("somebody else", null, null), (them.Name, them.From, them.Doing));
        await stop.CancelAsync();
        foreach (RemoteJob job in (RemoteJob[])[secret, own])
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job.Completion).Within();
    }

    [Fact]
    public async Task Message_of_the_day_is_sent_to_authorized_clients_only()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["motd"], "welcome,\nand be kind\n");
        await using var server = new TestServer(options => options with { MessageOfTheDayFile = folder["motd"] });
        var told = new ConcurrentQueue<string>();
        ClientOptions known = server.Options with { MessageOfTheDay = told.Enqueue };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(known).Within();
        await client.RunBufferedAsync(RemoteCommand.Builtin("calc", "1")).Within();
        Assert.Equal("welcome,\nand be kind", Assert.Single(told));

        ClientOptions stranger = server.ClientOptions("stranger") with { MessageOfTheDay = told.Enqueue };
        await Assert.ThrowsAsync<UnauthorizedException>(() => RemoteShellClient.ConnectAsync(stranger)).Within();
        Assert.Single(told);
    }

    [Fact]
    public async Task Idle_connection_is_warned_and_ended()
    {
        await using var server = new TestServer(options => options with { IdleTimeout = Short });
        var notices = new ConcurrentQueue<string>();
        ClientOptions noticing = server.Options with { Noticed = notices.Enqueue };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(noticing).Within();
        await Waiting.Until(() => server.Log.Any(line => line.Contains("is disconnected", StringComparison.Ordinal)), "the server ends it");
        await Waiting.Until(() => !client.IsConnected, "the client knows");
        Assert.Contains(notices, text => text.Contains("the server ends it in", StringComparison.Ordinal));
        // Whoever does something again is let in again.
        await client.RunBufferedAsync(RemoteCommand.Builtin("calc", "1")).Within();
    }

    [Fact]
    public async Task Client_that_waits_for_a_silent_command_is_not_idle()
    {
        await using var server = new TestServer(options => options with { IdleTimeout = Short });
        await using RemoteShellClient client = await server.ConnectAsync();
        (CommandResult result, _, _) = await client.RunBufferedAsync(RemoteCommand.Shell("sleep 2.5; exit 3")).Within();
        Assert.Equal(3, result.ExitCode);
    }

    [Fact]
    public async Task Watcher_of_a_silent_command_is_not_idle()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: detached jobs");
        await using var server = new TestServer(options => options with { IdleTimeout = Short });
        await using RemoteShellClient client = await server.ConnectAsync();
        string job = await client.DetachAsync(RemoteCommand.Shell("sleep 2.5; exit 3")).Within();
        RemoteJob watched = await client.AttachAsync(job, from: null, new()).Within();
        Assert.Equal(3, (await watched.Completion.Within()).ExitCode);
    }

    [Fact]
    public async Task Completions_are_limited_to_the_first_thousand_of_a_folder()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 1500; i++)
            await File.WriteAllTextAsync(folder[$"f{i:0000}"], "");
        Directory.CreateDirectory(folder["f0000-folder"]);
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        IReadOnlyList<string> words = await client.CompleteAsync("f", isCommand: false, folder.Path).Within();
        Assert.Equal(1000, words.Count);
        Assert.Equal(["f0000", "f0000-folder/", "f0001"], words.Take(3));
        Assert.Contains("sha256sum", await client.CompleteAsync("sha256", isCommand: true, null).Within());
        Assert.Empty(await client.CompleteAsync("/no/such/folder/", isCommand: false, null).Within());
    }

    [Fact]
    public async Task Idle_terminal_keeps_running_as_its_policy_says()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux: terminals");
        await using var server = new TestServer(options => options with { IdleTimeout = Short });
        await using RemoteShellClient client = await server.ConnectAsync();
        RemoteCommand command = RemoteCommand.Shell("cat") with
        {
            Terminal = new("xterm", 80, 24),
            OnDisconnect = DisconnectPolicy.Keep,
        };
        RemoteJob job = await client.StartAsync(command, new() { Input = new NeverEnding() }).Within();
        var end = await Assert.ThrowsAsync<ConnectionLostException>(() => job.Completion).Within();
        Assert.Equal(ErrorCode.Idle, end.Code);
        Assert.Equal(JobState.Running, Assert.Single(await client.ListJobsAsync().Within(), one => one.Id == job.Id).State);
        await client.KillAsync(job.Id).Within();
    }

    [Theory]
    [InlineData("idle-timeout=\"400ms\"", true)]
    [InlineData("idle-timeout=\"1h\"", false)]
    public async Task Idle_timeout_of_a_key_overrides_the_one_of_the_server(string option, bool isEnded)
    {
        await using var server = new TestServer(
            options => options with { IdleTimeout = isEnded ? TimeSpan.FromHours(1) : TimeSpan.FromSeconds(1) });
        ClientOptions own = server.ClientOptions("own");
        using (var identity = Identity.LoadOrCreate(own.IdentityFile))
            server.AuthorizedKeys.Add($"{option} {identity.PublicKey} own");
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(own).Within();
        if (isEnded)
            await Waiting.Until(() => !client.IsConnected, "it is ended");
        // Another one, by the server's own time, shows that there was time enough.
        await using RemoteShellClient usual = await server.ConnectAsync();
        if (!isEnded)
            await Waiting.Until(() => !usual.IsConnected, "the other is ended");
        Assert.Equal(!isEnded, client.IsConnected);
    }
}
