using System.Net;
using System.Net.Sockets;
using RemoteShell.Client.Connections;
using RemoteShell.Client.Routes;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests.Connections;

/// <summary>What the client tries again before its first connection, within the connect timeout, and what it does not.</summary>
public class PatienceTests
{
    [Theory]
    [InlineData(AuthorizationCheck.OnConnect)]
    [InlineData(AuthorizationCheck.OnFirstRequest)]
    public async Task Handshake_that_is_reset_is_tried_again(AuthorizationCheck check)
    {
        await using var server = new TestServer();
        await using var relay = new TcpRelay(server.Address) { IsDown = true };
        ClientOptions options = server.Options with { Host = Host(relay.Address), Authorization = check };
        Task<RemoteShellClient> connecting = RemoteShellClient.ConnectAsync(options).Within();
        await Waiting.Until(() => relay.Connections >= 2, "the client tries again");
        relay.IsDown = false;
        await using RemoteShellClient client = await connecting;
        Assert.Equal("in\n", (await client.RunBufferedAsync(RemoteCommand.Shell("echo in")).Within()).Output);
    }

    [Fact]
    public async Task Handshakes_that_are_always_reset_fail_at_the_connect_timeout()
    {
        await using var server = new TestServer();
        await using var relay = new TcpRelay(server.Address) { IsDown = true };
        ClientOptions options = server.Options with { Host = Host(relay.Address), ConnectTimeout = TimeSpan.FromSeconds(1) };
        var failure = await Assert.ThrowsAsync<ConnectFailedException>(() => RemoteShellClient.ConnectAsync(options).Within());
        Assert.Contains("closed the connection during the handshake", failure.Message);
        Assert.Contains("too many handshakes", failure.Hint);
        Assert.InRange(relay.Connections, 2, 10);
    }

    [Fact]
    public async Task All_of_many_clients_come_in_at_a_server_with_few_handshakes()
    {
        await using var server = new TestServer(options => options with { Limits = new() { Handshakes = 2 } });
        await (await server.ConnectAsync()).DisposeAsync();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Task.Run(async () =>
        {
            // Long, because the machine may be busy: what is tested is that nothing else ends the attempts.
            ClientOptions options = server.Options with { ConnectTimeout = TimeSpan.FromSeconds(60) };
            await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within(TimeSpan.FromSeconds(60));
            await client.PingAsync().Within();
        })));
    }

    [Fact]
    public async Task Client_behind_a_slow_handshake_comes_in_at_its_first_attempt()
    {
        await using var server = new TestServer(options => options with { Limits = new() { Handshakes = 1 } });
        await using var relay = new TcpRelay(server.Address);
        await using NetworkStream slow = await RawPeer.TcpAsync(server.Address);
        Task<RemoteShellClient> connecting = RemoteShellClient.ConnectAsync(server.Options with { Host = Host(relay.Address) }).Within();
        await Waiting.Until(() => relay.Connections == 1, "the client has connected");
        await slow.DisposeAsync();
        await using RemoteShellClient client = await connecting;
        Assert.Equal(1, relay.Connections);
    }

    [Theory]
    [InlineData(AuthorizationCheck.OnConnect)]
    [InlineData(AuthorizationCheck.OnFirstRequest)]
    public async Task Server_at_its_limit_of_connections_is_asked_again(AuthorizationCheck check)
    {
        await using var server = new TestServer(options => options with { Limits = new() { Connections = 1 } });
        int lost = 0;
        ClientOptions options = server.Options with { Authorization = check, Lost = _ => lost++ };
        Task<BufferedResult> running;
        await using (await server.ConnectAsync())
        {
            running = RunAsync(options);
            await Waiting.Until(() => server.Log.Any(line => line.StartsWith("refused", StringComparison.Ordinal)), "one is refused");
        }

        Assert.Equal("in\n", (await running.Within()).Output);
        // The client never had this connection.
        Assert.Equal(0, lost);
    }

    [Theory]
    [InlineData(AuthorizationCheck.OnConnect)]
    [InlineData(AuthorizationCheck.OnFirstRequest)]
    public async Task Server_that_stays_at_its_limit_is_named_at_the_connect_timeout(AuthorizationCheck check)
    {
        await using var server = new TestServer(options => options with { Limits = new() { Connections = 1 } });
        await using RemoteShellClient first = await server.ConnectAsync();
        ClientOptions options = server.Options with { Authorization = check, ConnectTimeout = TimeSpan.FromSeconds(1) };
        Exception failure = (await Record.ExceptionAsync(() => RunAsync(options).Within()))!;
        Assert.True(failure is ConnectFailedException or ConnectionLostException, $"{failure}");
        Assert.Contains("limit of 1 connections", failure.Message);
    }

    [Fact]
    public async Task Unauthorized_and_changed_keys_are_not_tried_again()
    {
        await using var server = new TestServer();
        await using var relay = new TcpRelay(server.Address);
        ClientOptions stranger = server.ClientOptions("stranger") with { Host = Host(relay.Address) };
        await Assert.ThrowsAsync<UnauthorizedException>(() => RemoteShellClient.ConnectAsync(stranger).Within());
        Assert.Equal(1, relay.Connections);
        ClientOptions pinned = server.Options with { Host = Host(relay.Address), Trust = new() { Fingerprint = "SHA256:AAAA" } };
        await Assert.ThrowsAsync<HostKeyException>(() => RemoteShellClient.ConnectAsync(pinned).Within());
        Assert.Equal(2, relay.Connections);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")]
    public async Task Server_of_another_kind_is_not_tried_again(string greeting)
    {
        using var folder = new TemporaryFolder();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<TcpClient> accepting = listener.AcceptTcpClientAsync();
        ClientOptions options = new() { Folder = folder["client"], Host = Host((IPEndPoint)listener.LocalEndpoint) };
        Task<RemoteShellClient> connecting = RemoteShellClient.ConnectAsync(options).Within();
        using TcpClient accepted = await accepting.Within();
        await accepted.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(greeting));
        var failure = await Assert.ThrowsAsync<ConnectFailedException>(() => connecting);
        Assert.Contains("answers, but not as a RemoteShell server", failure.Message);
        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData(SocketError.TryAgain, true)]
    [InlineData(SocketError.ConnectionReset, true)]
    [InlineData(SocketError.HostNotFound, false)]
    [InlineData(SocketError.NoData, false)]
    [InlineData(SocketError.ConnectionRefused, false)]
    [InlineData(SocketError.NetworkUnreachable, false)]
    public void Socket_error_passes_or_lasts(SocketError error, bool passes)
        => Assert.Equal(passes, UnreachableHost.For(new("host", 7022), new((int)error)).IsPassing);

    // The client sends its request together with its key, so it waits for the hello in the request.
    [Theory]
    [InlineData("run")]
    [InlineData("jobs")]
    [InlineData("wait")]
    [InlineData("get")]
    [InlineData("ping")]
    public async Task Server_that_never_says_hello_is_given_up_at_the_connect_timeout(string request)
    {
        await using var server = new HostileServer(connection => connection.DrainAsync());
        ClientOptions options = server.Options with { ConnectTimeout = TimeSpan.FromMilliseconds(500) };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Task asking = request switch
        {
            "run" => client.RunBufferedAsync(RemoteCommand.Shell("echo in")),
            "jobs" => client.ListJobsAsync(),
            "wait" => client.WaitAsync("0"),
            "get" => client.GetAsync("file", _ => Stream.Null),
            _ => client.PingAsync(),
        };
        var failure = await Assert.ThrowsAsync<ConnectFailedException>(() => asking.Within());
        Assert.Contains("did not answer within 0.5 s", failure.Message);
        Assert.NotNull(failure.Hint);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Command_may_run_for_longer_than_the_connect_timeout()
    {
        await using var server = new TestServer();
        ClientOptions options = server.Options with
        {
            Authorization = AuthorizationCheck.OnFirstRequest,
            ConnectTimeout = TimeSpan.FromSeconds(2),
        };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Assert.Equal("in\n", (await client.RunBufferedAsync(RemoteCommand.Shell("sleep 3; echo in")).Within()).Output);
    }

    [Fact]
    public async Task Attempts_end_with_a_success_or_a_reason_that_lasts()
    {
        int count = 0;
        Task<int> Attempt(TimeSpan left, CancellationToken _)
        {
            Assert.InRange(left, TimeSpan.Zero, TimeSpan.FromMinutes(1));
            return ++count < 3 ? throw new ConnectFailedException("passing") { IsPassing = true } : Task.FromResult(count);
        }

        Assert.Equal(3, await FirstDial.DialAsync(Attempt, TimeSpan.FromMinutes(1), CancellationToken.None).Within());
        int lasting = 0;
        Task<int> Fail(TimeSpan left, CancellationToken _) => throw new ConnectFailedException($"lasting {++lasting}");
        await Assert.ThrowsAsync<ConnectFailedException>(() => FirstDial.DialAsync(Fail, TimeSpan.FromMinutes(1), CancellationToken.None));
        Assert.Equal(1, lasting);
    }

    [Fact]
    public async Task Attempt_that_runs_out_of_time_does_not_hide_the_earlier_reason()
    {
        int count = 0;
        Task<int> Attempt(TimeSpan left, CancellationToken _) => throw (++count == 1
            ? new ConnectFailedException("reset") { IsPassing = true }
            : new ConnectFailedException("no answer") { IsTimeout = true });
        var failure = await Assert.ThrowsAsync<ConnectFailedException>(
            () => FirstDial.DialAsync(Attempt, TimeSpan.FromMinutes(1), CancellationToken.None).Within());
        Assert.Equal("reset", failure.Message);
    }

    private static async Task<BufferedResult> RunAsync(ClientOptions options)
    {
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options);
        return await client.RunBufferedAsync(RemoteCommand.Shell("echo in"));
    }

    private static HostAddress Host(IPEndPoint address) => new("127.0.0.1", address.Port);
}
