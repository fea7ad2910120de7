using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using RemoteShell.Client.Forwarding;

namespace RemoteShell.Client.Tests.Forwarding;

/// <summary>A port of this machine that leads through the server to a target.</summary>
public sealed class LocalForwarderTests : IAsyncDisposable
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    private readonly TestServer _server = new(options => options with { AllowsForwarding = true });
    private readonly TcpListener _target = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> _failures = new();

    public LocalForwarderTests() => _target.Start();

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
        using Socket near = await ConnectAsync(forwarder);
        using Socket far = await _target.AcceptSocketAsync().Within();
        (Socket first, Socket second) = clientEndsFirst ? (near, far) : (far, near);
        byte[] there = RandomNumberGenerator.GetBytes(3_000_000), back = RandomNumberGenerator.GetBytes(2_000_000);
        await Task.WhenAll(SendAsync(first, there), ReceiveAsync(second, there)).Within();
        // The other direction is still open.
        await Task.WhenAll(SendAsync(second, back), ReceiveAsync(first, back)).Within();
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task Many_connections_do_not_mix()
    {
        const int many = 100;
        await using RemoteShellClient client = await _server.ConnectAsync();
        await using LocalForwarder forwarder = Start(client);
        Task echoes = EchoAsync(many);
        await Task.WhenAll(Enumerable.Range(0, many).Select(async _ =>
        {
            using Socket near = await ConnectAsync(forwarder);
            byte[] bytes = RandomNumberGenerator.GetBytes(100_000);
            await Task.WhenAll(SendAsync(near, bytes), ReceiveAsync(near, bytes));
        })).Within();
        await echoes.Within();
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task Port_stays_open_when_the_connection_to_the_server_is_lost()
    {
        await using var relay = new TcpRelay(_server.Address);
        ClientOptions options = _server.Options with { Host = new("127.0.0.1", relay.Address.Port) };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        await using LocalForwarder forwarder = Start(client);
        using (Socket before = await ConnectAsync(forwarder))
        {
            using Socket far = await _target.AcceptSocketAsync().Within();
            relay.Cut();
            // A reset, or an end: never bytes.
            Assert.True(await IsOverAsync(before).Within());
        }

        Task echo = EchoAsync(1);
        using Socket after = await ConnectAsync(forwarder);
        byte[] bytes = RandomNumberGenerator.GetBytes(1000);
        await Task.WhenAll(SendAsync(after, bytes), ReceiveAsync(after, bytes), echo).Within();
    }

    [Fact]
    public async Task Target_that_cannot_be_reached_is_told_and_resets_the_connection()
    {
        await using RemoteShellClient client = await _server.ConnectAsync();
        int closed = FreePort.Take();
        await using var forwarder = LocalForwarder.Start(client, AnyPort, new("127.0.0.1", closed), _failures.Enqueue);
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
        IPEndPoint address = forwarder.Address;
        Assert.Equal(
            SocketError.AddressAlreadyInUse,
            Assert.Throws<SocketException>(() => LocalForwarder.Start(client, address, new("x", 1), null)).SocketErrorCode);
        using Socket near = await ConnectAsync(forwarder);
        using Socket far = await _target.AcceptSocketAsync().Within();
        await forwarder.DisposeAsync().AsTask().Within();
        Assert.True(await IsOverAsync(near).Within());
        Assert.True(await IsOverAsync(far).Within());
        await using LocalForwarder again = LocalForwarder.Start(client, address, new("x", 1), null);
    }

    private LocalForwarder Start(RemoteShellClient client)
        => LocalForwarder.Start(client, AnyPort, new("127.0.0.1", ((IPEndPoint)_target.LocalEndpoint).Port), _failures.Enqueue);

    private static async Task<Socket> ConnectAsync(LocalForwarder forwarder)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(forwarder.Address).Within();
        return socket;
    }

    private static async Task SendAsync(Socket socket, byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent));
        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task ReceiveAsync(Socket socket, byte[] expected)
    {
        using var received = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer) is > 0 and int count)
            received.Write(buffer, 0, count);
        Assert.Equal(expected, received.ToArray());
    }

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

        Assert.True(await IsOverAsync(socket));
    }

    private static async Task<bool> IsOverAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1]) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private async Task EchoAsync(int connections)
    {
        List<Task> echoes = [];
        for (int i = 0; i < connections; i++)
        {
            Socket far = await _target.AcceptSocketAsync();
            echoes.Add(Task.Run(async () =>
            {
                await using var stream = new NetworkStream(far, ownsSocket: true);
                await stream.CopyToAsync(stream);
                far.Shutdown(SocketShutdown.Send);
            }));
        }

        await Task.WhenAll(echoes);
    }
}
