using RemoteShell.Client;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

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

    [Fact]
    public async Task Handshake_over_the_limit_is_closed_until_another_one_has_ended()
    {
        await using var server = new TestServer(
            options => options with { Limits = new() { Handshakes = 1, HandshakeTime = TimeSpan.FromMilliseconds(300) } });
        await using var silent = await RawPeer.TcpAsync(server.Address);
        await Waiting.Until(() => !CanConnectAsync(server).GetAwaiter().GetResult(), "the silent one has the place");
        await Waiting.Until(() => CanConnectAsync(server).GetAwaiter().GetResult(), "its time is up");
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

    // One attempt: the client itself would try again.
    private static async Task<bool> CanConnectAsync(TestServer server)
    {
        try
        {
            await using RawPeer peer = await RawPeer.ConnectAsync(server);
            return true;
        }
        catch (TransportException)
        {
            return false;
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
