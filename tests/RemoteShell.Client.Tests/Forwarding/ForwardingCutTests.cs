using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using RemoteShell.Client.Forwarding;

namespace RemoteShell.Client.Tests.Forwarding;

/// <summary>Each way of forwarding over a connection that is cut again and again: each byte arrives once.</summary>
public sealed class ForwardingCutTests : IAsyncDisposable
{
    private const int Length = 6_000_000;

    private readonly TestServer _server = new(options => options with { AllowsForwarding = true });
    private readonly Socket _target = SocketTraffic.Listen();
    private readonly ConcurrentQueue<string> _failures = new();

    public async ValueTask DisposeAsync()
    {
        _target.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("local")]
    [InlineData("remote")]
    [InlineData("socks")]
    public async Task Streams_in_both_directions_survive_cuts(string way)
    {
        var random = new Random(19);
        await using var relay = new TcpRelay(_server.Address)
        {
            // The first connections end after a random number of bytes.
            Budget = connection => connection < 6 ? random.Next(200_000, 3_000_000) : long.MaxValue,
        };
        ClientOptions options = _server.Options with { Host = new("127.0.0.1", relay.Address.Port) };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        (IAsyncDisposable forwarder, EndPoint address) = await StartAsync(client, way);
        await using (forwarder)
        {
            using Socket near = await SocketTraffic.ConnectAsync(address);
            if (way == "socks")
                await AskAsync(near);
            using Socket far = await _target.AcceptAsync().Within();
            byte[] there = RandomNumberGenerator.GetBytes(Length), back = RandomNumberGenerator.GetBytes(Length);
            await Task.WhenAll(
                near.SendAllAsync(there), far.ReceiveExpectedAsync(there), far.SendAllAsync(back), near.ReceiveExpectedAsync(back))
                .Within(TimeSpan.FromSeconds(60));
            Assert.True(relay.Connections >= 3, $"the relay cut {relay.Connections - 1} times");
            // The listening has survived too.
            using Socket after = await SocketTraffic.ConnectAsync(address);
            if (way == "socks")
                await AskAsync(after);
            using Socket farAfter = await _target.AcceptAsync().Within();
            byte[] last = RandomNumberGenerator.GetBytes(1000);
            await Task.WhenAll(after.SendAllAsync(last), farAfter.ReceiveExpectedAsync(last)).Within();
        }

        Assert.Empty(_failures);
    }

    private async Task<(IAsyncDisposable Forwarder, EndPoint Address)> StartAsync(RemoteShellClient client, string way)
    {
        var anyPort = new IPEndPoint(IPAddress.Loopback, 0);
        var options = new ForwardingOptions { Failed = _failures.Enqueue };
        switch (way)
        {
            case "local":
                var local = LocalForwarder.Start(client, anyPort, SocketTraffic.TargetOf(_target), options);
                return (local, local.Address);
            case "socks":
                var socks = SocksForwarder.Start(client, anyPort, options);
                return (socks, socks.Address);
            default:
                RemoteForwarder remote = await RemoteForwarder
                    .StartAsync(client, RemoteListen.Tcp("", 0), SocketTraffic.TargetOf(_target), options).Within();
                return (remote, IPEndPoint.Parse(remote.Address));
        }
    }

    private async Task AskAsync(Socket socket)
    {
        int port = ((IPEndPoint)_target.LocalEndPoint!).Port;
        await socket.SendAsync((byte[])[4, 1, (byte)(port >> 8), (byte)port, 127, 0, 0, 1, 0]).Within();
        byte[] reply = await socket.ReceiveExactlyAsync(8);
        Assert.Equal(90, reply[1]);
    }
}
