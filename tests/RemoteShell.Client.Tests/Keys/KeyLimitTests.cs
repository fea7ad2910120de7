using RemoteShell.Protocol;

namespace RemoteShell.Client.Tests.Keys;

/// <summary>The options that limit how much a key may use.</summary>
public sealed class KeyLimitTests
{
    private static RemoteCommand Endless => RemoteCommand.Exact("sleep", "1000");

    [Fact]
    public async Task Jobs_at_once_are_limited_for_the_key_alone()
    {
        await using KeyClient client = await KeyClient.StartAsync("max-jobs=2");
        string first = await client.Client.DetachAsync(Endless).Within(), second = await client.Client.DetachAsync(Endless).Within();
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => client.Client.RunBufferedAsync(Endless).Within());
        Assert.Equal((ErrorCode.Limit, "this key already runs 2 jobs"), (refused.Code, refused.Message));
        await using (RemoteShellClient other = await client.Server.ConnectAsync())
            Assert.Equal(0, (await other.RunBufferedAsync(RemoteCommand.Exact("true")).Within()).ExitCode);
        await client.Client.KillAsync(first).Within();
        Assert.Equal("", await client.OutputAsync(RemoteCommand.Exact("true")));
        await client.Client.KillAsync(second).Within();
    }

    [Fact]
    public async Task Connections_at_once_are_limited_for_the_key_alone()
    {
        await using KeyClient client = await KeyClient.StartAsync("max-connections=2");
        ClientOptions same = client.Server.ClientOptions("keyed");
        RemoteShellClient second = await RemoteShellClient.ConnectAsync(same).Within();
        RemoteShellException refused = await Assert.ThrowsAnyAsync<RemoteShellException>(
            () => RemoteShellClient.ConnectAsync(same).Within());
        Assert.Equal("this key has reached its limit of 2 connections", refused.Message);
        await using (RemoteShellClient other = await client.Server.ConnectAsync())
            await other.PingAsync().Within();
        await second.DisposeAsync();
        // The server counts a connection until it has noticed its end.
        await Waiting.UntilAsync(() => CanConnectAsync(same), "a place is free");
    }

    [Fact]
    public async Task Requests_are_limited_by_their_rate_and_told_when_the_next_is_possible()
    {
        await using KeyClient client = await KeyClient.StartAsync("rate=\"3/h\"");
        await client.OutputAsync(RemoteCommand.Exact("true"));
        await client.Client.WhoAsync().Within();
        string job = await client.Client.DetachAsync(RemoteCommand.Exact("true")).Within();
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => client.Client.WhoAsync().Within());
        Assert.Equal((ErrorCode.Limit, "this key may make 3 requests per h"), (refused.Code, refused.Message));
        Assert.Matches("^try again in 1[12][0-9]{2} s$", refused.Hint);
        // A request for a job that exists, such as after a reconnect, does not count.
        Assert.Equal(job, await client.Client.DetachAsync(RemoteCommand.Exact("true").WithJobId(job)).Within());
        await using RemoteShellClient other = await client.Server.ConnectAsync();
        await other.WhoAsync().Within();
    }

    [Fact]
    public async Task Output_on_disk_is_limited_for_each_job_of_the_key()
    {
        await using KeyClient client = await KeyClient.StartAsync("job-quota=64K");
        RemoteCommand command = RemoteCommand.Shell("head -c 1000000 /dev/zero; sleep 1000") with { OnFull = QuotaPolicy.Kill };
        string job = await client.Client.DetachAsync(command).Within();
        CommandResult result = await client.Client.WaitAsync(job).Within();
        Assert.Contains("its output reached its quota", result.Reason, StringComparison.Ordinal);
        await using RemoteShellClient other = await client.Server.ConnectAsync();
        job = await other.DetachAsync(RemoteCommand.Shell("head -c 1000000 /dev/zero") with { OnFull = QuotaPolicy.Kill }).Within();
        Assert.Equal(0, (await other.WaitAsync(job).Within()).ExitCode);
    }

    [Fact]
    public async Task Quota_of_a_key_holds_after_a_restart_of_the_server()
    {
        await using KeyClient client = await KeyClient.StartAsync("job-quota=64K");
        string go = Path.Combine(client.Folder, "go");
        var waiting = RemoteCommand.Shell($"until [ -e {go} ]; do sleep 0.05; done; head -c 1000000 /dev/zero; sleep 1000");
        RemoteCommand command = waiting with { OnFull = QuotaPolicy.Kill };
        string job = await client.Client.DetachAsync(command).Within();
        await client.Server.RestartAsync();
        await File.WriteAllTextAsync(go, "");
        CommandResult result = await client.Client.WaitAsync(job).Within();
        Assert.Contains("its output reached its quota", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("record", 2)]
    [InlineData("max-jobs=9", 0)]
    public async Task Commands_and_terminals_of_a_key_are_recorded_if_it_says_so(string options, int recordings)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("a terminal needs Unix");
            return;
        }

        await using KeyClient client = await KeyClient.StartAsync(options);
        await client.OutputAsync(RemoteCommand.Shell("echo shown") with { Terminal = new("xterm", 80, 24) });
        await client.OutputAsync(RemoteCommand.Shell("echo piped"));
        string folder = Path.Combine(client.Server.ServerOptions.StateFolder, "recordings");
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
        Assert.Equal(recordings, files.Length);
        foreach (string file in files)
        {
            await Waiting.UntilAsync(
                async () => await File.ReadAllTextAsync(file) is var text && (text.Contains("shown") || text.Contains("piped")),
                "the output is recorded");
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    private static async Task<bool> CanConnectAsync(ClientOptions options)
    {
        try
        {
            await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
            return true;
        }
        catch (RemoteShellException e) when (e.Message.Contains("its limit of", StringComparison.Ordinal))
        {
            return false;
        }
    }
}
