using System.Net.Sockets;
using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Server.Connections;

namespace RemoteShell.Server.Tests.Connections;

/// <summary>The server refuses a client over a limit with a message, and does not disturb the others.</summary>
public class LimitTests
{
    [Theory]
    [InlineData(1, 100)]
    [InlineData(100, 1)]
    public async Task Connection_over_a_limit_is_refused_with_a_message(int inAll, int perAddress)
    {
        await using var server = new TestServer(
            options => options with { Limits = new() { Connections = inAll, ConnectionsPerAddress = perAddress } });
        await using (RemoteShellClient first = await server.ConnectAsync())
        {
            await RunAsync(first);
            ClientOptions eager = server.Options with
            {
                Authorization = AuthorizationCheck.OnFirstRequest,
                ConnectTimeout = TimeSpan.FromMilliseconds(500),
            };
            await using RemoteShellClient second = await RemoteShellClient.ConnectAsync(eager).Within();
            var refusal = await Assert.ThrowsAsync<ConnectionLostException>(() => RunAsync(second));
            Assert.Equal(ErrorCode.Limit, refusal.Code);
            Assert.NotNull(refusal.Hint);
            await RunAsync(first);
        }

        // The place is free again as soon as the server has seen the end of it.
        await Waiting.Until(() => server.Log.Any(line => line.Contains(" left: ", StringComparison.Ordinal)), "the first has left");
        await Waiting.Until(() => CanRunAsync(server).GetAwaiter().GetResult(), "there is room again");
    }

    // A raw client makes one attempt, so it must be let in at that.
    [Fact]
    public async Task Handshakes_over_the_limit_wait_until_a_slow_one_has_ended()
    {
        await using TestServer server = FewHandshakes(TimeSpan.FromHours(1));
        await using NetworkStream slow = await RawPeer.TcpAsync(server.Address);
        Task<RawPeer>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => RawPeer.ConnectAsync(server))];
        await slow.DisposeAsync();
        foreach (RawPeer peer in await Task.WhenAll(waiting).Within())
            await peer.DisposeAsync();
    }

    [Fact]
    public async Task Handshake_that_waits_starts_when_the_time_of_a_silent_one_is_up()
    {
        await using TestServer server = FewHandshakes(TimeSpan.FromSeconds(1));
        await using NetworkStream silent = await RawPeer.TcpAsync(server.Address);
        await using RawPeer peer = await RawPeer.ConnectAsync(server);
    }

    [Fact]
    public async Task Flood_beyond_the_queue_of_handshakes_is_closed_at_once()
    {
        await using TestServer server = FewHandshakes(TimeSpan.FromHours(1));
        List<NetworkStream> held = await FillAsync(server);
        for (int i = 0; i < 20; i++)
        {
            await using NetworkStream flood = await RawPeer.TcpAsync(server.Address);
            await AssertClosedAsync(flood);
        }

        Assert.All(held, stream => Assert.False(stream.DataAvailable));
        foreach (NetworkStream stream in held)
            await stream.DisposeAsync();
        // It tries again until the server has seen that they are gone.
        await using RemoteShellClient client = await server.ConnectAsync();
    }

    [Fact]
    public async Task Stop_of_the_server_closes_the_connections_that_wait_for_a_handshake()
    {
        await using TestServer server = FewHandshakes(TimeSpan.FromHours(1));
        List<NetworkStream> held = await FillAsync(server);
        await server.Server.StopAsync().Within();
        foreach (NetworkStream stream in held)
            await AssertClosedAsync(stream);
    }

    [Fact]
    public async Task Job_over_the_limit_is_refused_and_the_others_continue()
    {
        await using var server = new TestServer(options => options with { Limits = new() { Jobs = 2 } });
        await using RemoteShellClient client = await server.ConnectAsync();
        RemoteJob[] running = await StartTwoAsync(client).Within();
        Assert.Equal(ErrorCode.Limit, (await Assert.ThrowsAsync<RequestRefusedException>(() => RunAsync(client))).Code);
        Assert.All(running, job => Assert.False(job.Completion.IsCompleted));
    }

    [Fact]
    public async Task Client_within_the_limits_is_never_refused()
    {
        await using var server = new TestServer(options => options with { Limits = new() { Jobs = 16, Channels = 16 } });
        await using RemoteShellClient client = await server.ConnectAsync();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            for (int i = 0; i < 50; i++)
                await client.RunBufferedAsync(RemoteCommand.Builtin("calc", "1+1"));
        })).Within();
    }

    [Fact]
    public async Task Channel_over_the_limit_is_refused_and_the_others_continue()
    {
        await using var server = new TestServer(options => options with { Limits = new() { Channels = 2 } });
        await using RemoteShellClient client = await server.ConnectAsync();
        RemoteJob[] running = await StartTwoAsync(client).Within();
        Assert.Equal(ErrorCode.Limit, (await Assert.ThrowsAsync<RequestRefusedException>(() => RunAsync(client))).Code);
        Assert.All(running, job => Assert.False(job.Completion.IsCompleted));
    }

    private static Task<RemoteJob[]> StartTwoAsync(RemoteShellClient client)
        => Task.WhenAll(
            Enumerable.Range(0, 2)
                .Select(_ => client.StartAsync(RemoteCommand.Shell("read x"), new() { Input = new NeverEnding() })));

    private static Task<BufferedResult> RunAsync(RemoteShellClient client) => client.RunBufferedAsync(RemoteCommand.Shell("true")).Within();

    private static TestServer FewHandshakes(TimeSpan time)
        => new(options => options with { Limits = new() { Handshakes = 1, HandshakeTime = time } });

    // The handshake that is under way, and those that wait.
    private static async Task<List<NetworkStream>> FillAsync(TestServer server)
    {
        List<NetworkStream> held = [];
        for (int i = 0; i < 1 + HandshakePlaces.WaitingPerPlace; i++)
            held.Add(await RawPeer.TcpAsync(server.Address));
        return held;
    }

    private static async Task AssertClosedAsync(NetworkStream stream)
    {
        try
        {
            Assert.Equal(0, await stream.ReadAsync(new byte[1]).Within());
        }
        catch (IOException)
        {
            // A reset closes the connection as well.
        }
    }

    private static async Task<bool> CanRunAsync(TestServer server)
    {
        try
        {
            await using RemoteShellClient client = await server.ConnectAsync();
            await RunAsync(client);
            return true;
        }
        catch (ConnectFailedException)
        {
            return false;
        }
    }
}
