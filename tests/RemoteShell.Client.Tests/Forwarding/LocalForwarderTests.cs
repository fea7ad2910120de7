using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using RemoteShell.Client.Forwarding;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests.Forwarding;

/// <summary>A port of this machine that leads through the server to a target.</summary>
public sealed class LocalForwarderTests : IAsyncDisposable
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    private readonly TestServer _server = new(options => options with { AllowsForwarding = true });
    private readonly Socket _target = SocketTraffic.Listen();
    private readonly ConcurrentQueue<string> _failures = new();

    public async ValueTask DisposeAsync()
    {
        _target.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_direction_ends_by_itself(bool clientEndsFirst)
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        await using LocalForwarder forwarder = Start(client);
        using Socket near = await SocketTraffic.ConnectAsync(forwarder.Address);
        using Socket far = await _target.AcceptAsync().Within();
        (Socket first, Socket second) = clientEndsFirst ? (near, far) : (far, near);
        byte[] there = RandomNumberGenerator.GetBytes(3_000_000), back = RandomNumberGenerator.GetBytes(2_000_000);
        await Task.WhenAll(first.SendAllAsync(there), second.ReceiveExpectedAsync(there)).Within();
        // The other direction is still open.
        await Task.WhenAll(second.SendAllAsync(back), first.ReceiveExpectedAsync(back)).Within();
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task Reset_of_the_target_resets_the_client()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        await using LocalForwarder forwarder = Start(client);
        using Socket near = await SocketTraffic.ConnectAsync(forwarder.Address);
        Socket far = await _target.AcceptAsync().Within();
        await near.SendAsync("x"u8.ToArray()).Within();
        await far.ReceiveExactlyAsync(1);
        far.Close(0);
        await near.IsResetAsync();
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task Reset_of_the_client_resets_the_target()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        await using LocalForwarder forwarder = Start(client);
        Socket near = await SocketTraffic.ConnectAsync(forwarder.Address);
        using Socket far = await _target.AcceptAsync().Within();
        await near.SendAsync("x"u8.ToArray()).Within();
        await far.ReceiveExactlyAsync(1);
        near.Close(0);
        await far.IsResetAsync();
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task Client_that_leaves_resets_both_ends()
    {
        RemoteShellClient client = await _server.ConnectAsync();
        await using LocalForwarder forwarder = Start(client);
        using Socket near = await SocketTraffic.ConnectAsync(forwarder.Address);
        using Socket far = await _target.AcceptAsync().Within();
        await client.DisposeAsync();
        await Task.WhenAll(near.IsResetAsync(), far.IsResetAsync());
    }

    [Fact]
    public async Task Many_connections_go_on_beside_one_that_stalls()
    {
        const int many = 500;
        await using RemoteShellClient client = await _server.ConnectAsync();
        await using LocalForwarder forwarder = Start(client);
        using Socket stalled = await SocketTraffic.ConnectAsync(forwarder.Address);
        using Socket flooding = await _target.AcceptAsync().Within();
        // Until the windows hold it back: this end never reads.
        byte[] flood = new byte[64 * 1024];
        long sent = 0;
        Task pushing = Task.Run(async () =>
        {
            while (true)
                sent += await flooding.SendAsync(flood);
        });
        Task echoes = _target.EchoAsync(many);
        Socket[] near = await Task.WhenAll(Enumerable.Range(0, many).Select(_ => SocketTraffic.ConnectAsync(forwarder.Address)));
        await Task.WhenAll(near.Select(async socket =>
        {
            byte[] bytes = RandomNumberGenerator.GetBytes(20_000);
            await Task.WhenAll(socket.SendAllAsync(bytes), socket.ReceiveExpectedAsync(bytes));
            socket.Dispose();
        })).Within(TimeSpan.FromSeconds(60));
        await echoes.Within();
        Assert.False(pushing.IsCompleted);
        // Two windows, and the buffers of the system's sockets.
        Assert.InRange(Interlocked.Read(ref sent), 1, 64 << 20);
        Assert.Empty(_failures);
        stalled.Close(0);
        await Assert.ThrowsAsync<SocketException>(() => pushing).Within();
    }

    [Fact]
    public async Task Connection_goes_on_after_a_cut_and_new_ones_wait_for_the_reconnect()
    {
        await using var relay = new TcpRelay(_server.Address);
        ClientOptions options = _server.Options with { Host = new("127.0.0.1", relay.Address.Port) };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        await using LocalForwarder forwarder = Start(client);
        using Socket before = await SocketTraffic.ConnectAsync(forwarder.Address);
        using Socket far = await _target.AcceptAsync().Within();
        relay.IsDown = true;
        relay.Cut();
        await Waiting.Until(() => !client.IsConnected, "the client has noticed the cut");
        byte[] there = RandomNumberGenerator.GetBytes(100_000), back = RandomNumberGenerator.GetBytes(100_000);
        Task sending = Task.WhenAll(before.SendAllAsync(there), far.SendAllAsync(back));
        Task receiving = Task.WhenAll(far.ReceiveExpectedAsync(there), before.ReceiveExpectedAsync(back));
        using Socket during = await SocketTraffic.ConnectAsync(forwarder.Address);
        byte[] bytes = RandomNumberGenerator.GetBytes(1000);
        Task asking = Task.WhenAll(during.SendAllAsync(bytes), during.ReceiveExpectedAsync(bytes));
        Task echo = _target.EchoAsync(1);
        Assert.False(receiving.IsCompleted || asking.IsCompleted);
        relay.IsDown = false;
        await Task.WhenAll(sending, receiving, asking, echo).Within();
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task Half_closed_connection_goes_on_after_a_cut()
    {
        await using var relay = new TcpRelay(_server.Address);
        ClientOptions options = _server.Options with { Host = new("127.0.0.1", relay.Address.Port) };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        await using LocalForwarder forwarder = Start(client);
        using Socket near = await SocketTraffic.ConnectAsync(forwarder.Address);
        using Socket far = await _target.AcceptAsync().Within();
        byte[] there = RandomNumberGenerator.GetBytes(100_000), back = RandomNumberGenerator.GetBytes(100_000);
        await Task.WhenAll(far.SendAllAsync(back), near.ReceiveExpectedAsync(back)).Within();
        relay.Cut();
        await Task.WhenAll(near.SendAllAsync(there), far.ReceiveExpectedAsync(there)).Within();
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task Connection_is_reset_when_the_client_is_away_for_too_long()
    {
        await using var relay = new TcpRelay(_server.Address);
        ClientOptions options = _server.Options with { Host = new("127.0.0.1", relay.Address.Port) };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        var shortly = new ForwardingOptions
        {
            OnDisconnect = DisconnectPolicy.KeepFor(TimeSpan.FromMilliseconds(100)),
            Failed = _failures.Enqueue,
        };
        await using var forwarder = LocalForwarder.Start(client, AnyPort, SocketTraffic.TargetOf(_target), shortly);
        using Socket near = await SocketTraffic.ConnectAsync(forwarder.Address);
        using Socket far = await _target.AcceptAsync().Within();
        relay.IsDown = true;
        relay.Cut();
        await far.IsResetAsync();
        relay.IsDown = false;
        await near.IsResetAsync();
        Assert.Contains("no client came back in time", Assert.Single(_failures), StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Unix_sockets_work_at_both_ends()
    {
        using var folder = new TemporaryFolder();
        using Socket listener = UnixListener.Listen(folder["far"], 8);
        await using RemoteShellClient client = await _server.ConnectAsync();
        string path = folder["near"];
        await using (var forwarder = LocalForwarder.Start(
            client, new UnixDomainSocketEndPoint(path), ForwardTarget.Unix(folder["far"]), new() { Failed = _failures.Enqueue }))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            Assert.Equal(path, forwarder.Address.ToString());
            using Socket near = await SocketTraffic.ConnectAsync(forwarder.Address);
            using Socket far = await listener.AcceptAsync().Within();
            byte[] there = RandomNumberGenerator.GetBytes(300_000), back = RandomNumberGenerator.GetBytes(200_000);
            await Task.WhenAll(
                near.SendAllAsync(there), far.ReceiveExpectedAsync(there), far.SendAllAsync(back), near.ReceiveExpectedAsync(back))
                .Within();
        }

        Assert.False(Path.Exists(path));
        Assert.Empty(_failures);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [UnsupportedOSPlatform("windows")]
    public async Task Side_that_reads_no_more_can_still_send(bool isTarget)
    {
        using var folder = new TemporaryFolder();
        using Socket listener = UnixListener.Listen(folder["far"], 8);
        await using RemoteShellClient client = await _server.ConnectAsync();
        await using var forwarder = LocalForwarder.Start(
            client, new UnixDomainSocketEndPoint(folder["near"]), ForwardTarget.Unix(folder["far"]), new());
        using Socket near = await SocketTraffic.ConnectAsync(forwarder.Address), far = await listener.AcceptAsync().Within();
        (Socket deaf, Socket other) = isTarget ? (far, near) : (near, far);
        deaf.Shutdown(SocketShutdown.Receive);
        byte[] bytes = RandomNumberGenerator.GetBytes(4_000_000);
        // Bytes for it are under way, which nobody reads; its own arrive.
        Task sending = other.SendAllAsync(RandomNumberGenerator.GetBytes(200_000));
        Task answering = deaf.SendAllAsync(bytes);
        Assert.Equal(bytes, await other.ReceiveExactlyAsync(bytes.Length).Within());
        await Task.WhenAll(sending, answering).Within();
    }

    [Fact]
    public async Task Target_that_accepts_late_gets_all_bytes()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        await using LocalForwarder forwarder = Start(client);
        using Socket near = await SocketTraffic.ConnectAsync(forwarder.Address);
        byte[] bytes = RandomNumberGenerator.GetBytes(500_000);
        // The system has accepted the connection, the program has not.
        await near.SendAllAsync(bytes).Within();
        using Socket far = await _target.AcceptAsync().Within();
        await far.ReceiveExpectedAsync(bytes).Within();
    }

    [Fact]
    public async Task Target_that_cannot_be_reached_is_told_and_resets_the_connection()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        int closed = FreePort.Take();
        await using var forwarder = LocalForwarder.Start(client, AnyPort, new HostAddress("127.0.0.1", closed), _failures.Enqueue);
        await IsRefusedAsync(forwarder).Within();
        Assert.Contains($"the server cannot reach 127.0.0.1:{closed}", Assert.Single(_failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_forwards_nothing_is_told()
    {
        await using var closed = new TestServer();
        await using RemoteShellClient client = await closed.ConnectAsync();
        await using LocalForwarder forwarder = Start(client);
        await IsRefusedAsync(forwarder).Within();
        Assert.Contains("does not forward connections", Assert.Single(_failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_in_use_is_an_error_and_disposing_frees_the_port()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        LocalForwarder forwarder = Start(client);
        var address = (IPEndPoint)forwarder.Address;
        Assert.Equal(
            SocketError.AddressAlreadyInUse,
            Assert.Throws<SocketException>(() => LocalForwarder.Start(client, address, new HostAddress("x", 1), null)).SocketErrorCode);
        using Socket near = await SocketTraffic.ConnectAsync(address);
        using Socket far = await _target.AcceptAsync().Within();
        await forwarder.DisposeAsync().AsTask().Within();
        await Task.WhenAll(near.IsResetAsync(), far.IsResetAsync());
        await using LocalForwarder again = LocalForwarder.Start(client, address, new HostAddress("x", 1), null);
    }

    private LocalForwarder Start(RemoteShellClient client)
        => LocalForwarder.Start(client, AnyPort, SocketTraffic.TargetOf(_target), new() { Failed = _failures.Enqueue });

    // The reset may come before the connection is seen, or after it.
    private static async Task IsRefusedAsync(LocalForwarder forwarder)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(forwarder.Address);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return;
        }

        await socket.IsResetAsync();
    }
}
