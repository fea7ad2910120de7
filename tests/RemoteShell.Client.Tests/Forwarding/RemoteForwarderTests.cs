using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using RemoteShell.Client.Forwarding;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests.Forwarding;

/// <summary>A port of the server that leads to a target of this machine.</summary>
public sealed class RemoteForwarderTests : IAsyncDisposable
{
    private readonly TestServer _server = new(options => options with { AllowsForwarding = true });
    private readonly Socket _target = SocketTraffic.Listen();
    private readonly ConcurrentQueue<string> _failures = new();

    private ForwardingOptions Options => new() { Failed = _failures.Enqueue };

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
        await using RemoteForwarder forwarder = await StartAsync(client);
        using Socket near = await SocketTraffic.ConnectAsync(IPEndPoint.Parse(forwarder.Address));
        using Socket far = await _target.AcceptAsync().Within();
        (Socket first, Socket second) = clientEndsFirst ? (near, far) : (far, near);
        byte[] there = RandomNumberGenerator.GetBytes(3_000_000), back = RandomNumberGenerator.GetBytes(2_000_000);
        await Task.WhenAll(first.SendAllAsync(there), second.ReceiveExpectedAsync(there)).Within();
        await Task.WhenAll(second.SendAllAsync(back), first.ReceiveExpectedAsync(back)).Within();
        Assert.Empty(_failures);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reset_of_an_end_resets_the_other(bool targetResets)
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        await using RemoteForwarder forwarder = await StartAsync(client);
        using Socket near = await SocketTraffic.ConnectAsync(IPEndPoint.Parse(forwarder.Address));
        using Socket far = await _target.AcceptAsync().Within();
        await near.SendAsync("x"u8.ToArray()).Within();
        await far.ReceiveExactlyAsync(1);
        (Socket resetting, Socket other) = targetResets ? (far, near) : (near, far);
        resetting.Close(0);
        await other.IsResetAsync();
    }

    [Fact]
    public async Task Both_loopback_addresses_listen_on_the_chosen_port()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        await using RemoteShellClient client = await _server.ConnectAsync();
        await using RemoteForwarder forwarder = await StartAsync(client);
        Assert.Equal($"127.0.0.1:{forwarder.Port}", forwarder.Address);
        foreach (IPAddress address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            Task echo = _target.EchoAsync(1);
            using Socket near = await SocketTraffic.ConnectAsync(new IPEndPoint(address, forwarder.Port!.Value));
            byte[] bytes = RandomNumberGenerator.GetBytes(1000);
            await Task.WhenAll(near.SendAllAsync(bytes), near.ReceiveExpectedAsync(bytes), echo).Within();
        }
    }

    [Fact]
    public async Task Target_that_refuses_is_told_and_resets_the_connection()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        int closed = FreePort.Take();
        await using RemoteForwarder forwarder = await RemoteForwarder
            .StartAsync(client, RemoteListen.Tcp("localhost", 0), ForwardTarget.Tcp("127.0.0.1", closed), Options).Within();
        using Socket near = await SocketTraffic.ConnectAsync(IPEndPoint.Parse(forwarder.Address));
        await near.IsResetAsync();
        Assert.Contains($"cannot connect to 127.0.0.1:{closed}", Assert.Single(_failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_in_use_and_a_server_that_forwards_nothing_are_errors()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        await using RemoteForwarder forwarder = await StartAsync(client);
        var used = await Assert.ThrowsAsync<CommandNotStartedException>(() => RemoteForwarder.StartAsync(
            client, RemoteListen.Tcp("", forwarder.Port!.Value), SocketTraffic.TargetOf(_target), Options)).Within();
        Assert.StartsWith($"the server cannot listen on localhost:{forwarder.Port}: ", used.Message, StringComparison.Ordinal);
        await using var closed = new TestServer();
        await using RemoteShellClient other = await closed.ConnectAsync();
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => StartAsync(other)).Within();
        Assert.Contains("permitlisten=\"localhost:*\"", refused.Hint, StringComparison.Ordinal);
        Assert.Contains("--allow-forwarding", refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposing_resets_the_connections()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        RemoteForwarder forwarder = await StartAsync(client);
        using Socket near = await SocketTraffic.ConnectAsync(IPEndPoint.Parse(forwarder.Address));
        using Socket far = await _target.AcceptAsync().Within();
        await forwarder.DisposeAsync().AsTask().Within();
        await Task.WhenAll(near.IsResetAsync(), far.IsResetAsync());
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task Connections_that_begin_while_disposing_are_no_failures()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        for (int round = 0; round < 100; round++)
        {
            RemoteForwarder forwarder = await StartAsync(client);
            Socket[] near = await Task.WhenAll(
                Enumerable.Range(0, 1 + (round % 5)).Select(_ => SocketTraffic.ConnectAsync(IPEndPoint.Parse(forwarder.Address))));
            await forwarder.DisposeAsync().AsTask().Within();
            foreach (Socket socket in near)
                socket.Dispose();
        }

        Assert.Empty(_failures);
    }

    [Fact]
    public async Task Port_is_closed_when_disposing_has_returned()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        int port = FreePort.Take();
        for (int round = 0; round < 200; round++)
        {
            RemoteForwarder forwarder = await RemoteForwarder
                .StartAsync(client, RemoteListen.Tcp("", port), SocketTraffic.TargetOf(_target), Options).Within();
            await forwarder.DisposeAsync().AsTask().Within();
        }

        Assert.Empty(_failures);
    }

    [Fact]
    public async Task Disposing_does_not_wait_for_a_server_that_cannot_be_reached()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        RemoteForwarder forwarder = await StartAsync(client);
        await _server.DisposeAsync();
        await forwarder.DisposeAsync().AsTask().Within();
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Agent_has_a_socket_in_a_private_folder_that_goes_with_it()
    {
        using var folder = new TemporaryFolder();
        using Socket agent = UnixListener.Listen(folder["agent"], 8);
        await using var denying = new TestServer();
        await using RemoteShellClient client = await denying.ConnectAsync();
        RemoteForwarder forwarder = await RemoteForwarder
            .StartAsync(client, RemoteListen.Agent, ForwardTarget.Unix(folder["agent"]), Options).Within();
        string path = forwarder.Address, parent = Path.GetDirectoryName(path)!;
        Assert.Equal("agent.sock", Path.GetFileName(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(parent));
        Task echo = agent.EchoAsync(1);
        using (Socket near = await SocketTraffic.ConnectAsync(new UnixDomainSocketEndPoint(path)))
        {
            byte[] bytes = RandomNumberGenerator.GetBytes(1000);
            await Task.WhenAll(near.SendAllAsync(bytes), near.ReceiveExpectedAsync(bytes), echo).Within();
        }

        Assert.Contains(denying.Log, line => line.Contains("forwards its agent to", StringComparison.Ordinal));
        await forwarder.DisposeAsync().AsTask().Within();
        await Waiting.Until(() => !Path.Exists(parent), "the folder of the agent is gone");
    }

    [Fact]
    public async Task Server_that_was_started_again_listens_at_the_same_address()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        await using RemoteForwarder forwarder = await StartAsync(client);
        string address = forwarder.Address;
        await _server.RestartAsync();
        await Waiting.UntilAsync(() => CanConnectAsync(IPEndPoint.Parse(address)), "the server listens again");
        Assert.Equal(address, forwarder.Address);
        Assert.Contains("the server does not listen any more", _failures.First(), StringComparison.Ordinal);
    }

    private static async Task<bool> CanConnectAsync(IPEndPoint address)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private Task<RemoteForwarder> StartAsync(RemoteShellClient client)
        => RemoteForwarder.StartAsync(client, RemoteListen.Tcp("", 0), SocketTraffic.TargetOf(_target), Options).Within();
}
