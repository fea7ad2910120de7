using System.Collections.Concurrent;
using RemoteShell.Client;

namespace RemoteShell.Server.Tests.Connections;

public class ShutdownTests
{
    [Fact]
    public async Task Running_commands_may_end_within_the_grace_period()
    {
        await using var server = new TestServer(options => options with { StopGrace = TimeSpan.FromSeconds(30) });
        var notices = new ConcurrentQueue<string>();
        ClientOptions noticing = server.Options with { Noticed = notices.Enqueue };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(noticing).Within();
        using var output = new MemoryStream();
        string script = $"echo begun; while ! [ -e {server.Folder}/go ]; do sleep 0.02; done; echo done";
        RemoteJob job = await client.StartAsync(RemoteCommand.Shell(script), new() { Output = output }).Within();
        Task stopping = server.Server.StopAsync();
        await Waiting.Until(() => notices.Any(notice => notice.Contains("stopping", StringComparison.Ordinal)), "the client was told");
        var refusal = await Assert.ThrowsAsync<RequestRefusedException>(
            () => client.RunBufferedAsync(RemoteCommand.Shell("true")).Within());
        Assert.Equal("stopping", refusal.Code);
        File.WriteAllText(Path.Combine(server.Folder, "go"), "");
        Assert.Equal(0, (await job.Completion.Within()).ExitCode);
        Assert.Equal("begun\ndone\n"u8.ToArray(), output.ToArray());
        await stopping.Within();
    }

    [Fact]
    public async Task Client_is_told_of_the_stop_before_its_chat_ends()
    {
        await using var server = new TestServer(options => options with { StopGrace = TimeSpan.FromMilliseconds(100) });
        await using RawPeer peer = await RawPeer.ConnectAsync(server);
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello));
        string[] opens =
        [
            .. Enumerable.Range(0, 4).Select(
                i => $$"""{"type":"open","channel":{{(2 * i) + 1}},"request":"chat","room":"r{{i}}","member":"m{{i}}"}"""),
        ];
        await peer.SendAsync([.. opens.Select(open => RawPeer.Frame(open))]);
        foreach (string _ in opens)
            await peer.ReadAsync("opened");
        Task stopping = server.Server.StopAsync();
        List<string> types = [];
        while (await peer.ReadAsync() is { } frame && frame.Type != "goodbye")
            types.Add(frame.Type);
        Assert.Equal("notice", types.First(type => type is "notice" or "error"));
        Assert.Equal(opens.Length, types.Count(type => type == "error"));
        await peer.DisposeAsync();
        await stopping.Within();
    }

    [Fact]
    public async Task Command_is_killed_and_says_so_when_the_grace_period_is_over()
    {
        await using var server = new TestServer(options => options with { StopGrace = TimeSpan.FromMilliseconds(50) });
        await using RemoteShellClient client = await server.ConnectAsync();
        RemoteJob job = await client.StartAsync(RemoteCommand.Shell("sleep 300"), new()).Within();
        await server.Server.StopAsync().Within();
        CommandResult result = await job.Completion.Within();
        Assert.Equal(CommandOutcome.KilledByPolicy, result.Outcome);
        Assert.Equal(143, result.ExitCode);
        Assert.Equal("the server stopped", result.Reason);
    }

    [Fact]
    public async Task Killed_command_never_counts_as_success()
    {
        await using var server = new TestServer(options => options with { StopGrace = TimeSpan.FromMilliseconds(50) });
        await using RemoteShellClient client = await server.ConnectAsync();
        using var output = new MemoryStream();
        RemoteCommand command = RemoteCommand.Shell("trap 'exit 0' TERM; echo ready; while :; do sleep 0.02; done");
        RemoteJob job = await client.StartAsync(command, new() { Output = output }).Within();
        await Waiting.Until(() => output.Length > 0, "the trap is set");
        await server.Server.StopAsync().Within();
        CommandResult result = await job.Completion.Within();
        Assert.Equal((CommandOutcome.KilledByPolicy, 143), (result.Outcome, result.ExitCode));
    }

    [Fact]
    public async Task Truncated_input_does_not_look_like_complete_input()
    {
        await using var server = new TestServer();
        RemoteShellClient client = await server.ConnectAsync();
        string committed = Path.Combine(server.Folder, "committed"), ready = Path.Combine(server.Folder, "ready");
        var input = new System.IO.Pipes.AnonymousPipeServerStream();
        RemoteCommand command = RemoteCommand.Shell($"trap '' TERM; touch {ready}; cat > /dev/null && touch {committed}");
        var reading = new System.IO.Pipes.AnonymousPipeClientStream(input.GetClientHandleAsString());
        await client.StartAsync(command, new() { Input = reading }).Within();
        await Waiting.Until(() => File.Exists(ready), "it reads");
        await client.DisposeAsync();
        await Waiting.Until(() => server.Log.Any(line => line.Contains("killed", StringComparison.Ordinal)), "the command was ended");
        Assert.False(File.Exists(committed));
        input.Dispose();
    }

    [Fact]
    public async Task Idle_clients_receive_the_goodbye()
    {
        await using var server = new TestServer();
        await using RawPeer peer = await RawPeer.ConnectAsync(server);
        // The server's hello comes before it has read the client's; after the pong, the connection is idle.
        await peer.SendAsync(RawPeer.Frame(RawPeer.Hello), RawPeer.Frame("""{"type":"ping"}"""));
        await peer.ReadAsync("hello");
        await peer.ReadAsync("pong");
        Task stopping = server.Server.StopAsync();
        Assert.Contains("the server stopped", await peer.ReadAsync("goodbye"));
        await stopping.Within();
    }

    [Fact]
    public async Task Commands_and_their_children_end_when_their_client_leaves()
    {
        await using var server = new TestServer();
        RemoteShellClient client = await server.ConnectAsync();
        string script = $"sleep 300 & echo $! > {server.Folder}/child.part; "
            + $"mv {server.Folder}/child.part {server.Folder}/child; wait";
        await client.StartAsync(RemoteCommand.Shell(script), new()).Within();
        string file = Path.Combine(server.Folder, "child");
        await Waiting.Until(() => File.Exists(file), "the child runs");
        int child = int.Parse(File.ReadAllText(file));
        await client.DisposeAsync();
        await Waiting.Until(() => !IsAlive(child), "the child is gone");
        await Waiting.Until(
            () => server.Log.Any(line => line.Contains("killed 143 TERM (its client cancelled it)", StringComparison.Ordinal)),
            "the log says so");
    }

    // A zombie that its new parent has not collected yet is gone as well.
    private static bool IsAlive(int pid) => File.Exists($"/proc/{pid}/stat") && !Stat(pid).Contains(") Z ", StringComparison.Ordinal);

    private static string Stat(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (IOException)
        {
            return ") Z ";
        }
    }
}
