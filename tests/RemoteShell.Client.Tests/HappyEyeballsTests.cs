using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RemoteShell.Client.Routes;

namespace RemoteShell.Client.Tests;

/// <summary>A client connects to a host with several addresses, and some of them do not answer.</summary>
public sealed class HappyEyeballsTests : IDisposable
{
    private readonly List<Socket> _sockets = [];

    [Fact]
    public async Task Silent_address_delays_the_connect_only_briefly()
    {
        IPEndPoint hole = await BlackHoleAsync();
        Socket answering = Listen(IPAddress.Loopback);
        IPEndPoint[] places = [hole, (IPEndPoint)answering.LocalEndPoint!];
        using Socket connected = await HappyEyeballs.ConnectAsync(places, LocalChoice.Any, TestContext.Current.CancellationToken).Within();
        Assert.Equal(answering.LocalEndPoint, connected.RemoteEndPoint);
    }

    [Fact]
    public async Task Next_address_is_tried_at_once_when_one_refuses()
    {
        IPEndPoint[] refusing = [.. Enumerable.Range(0, 50).Select(_ => Refusing())];
        Socket answering = Listen(IPAddress.Loopback);
        IPEndPoint[] places = [.. refusing, (IPEndPoint)answering.LocalEndPoint!];
        long begun = Stopwatch.GetTimestamp();
        using Socket connected = await HappyEyeballs.ConnectAsync(places, LocalChoice.Any, TestContext.Current.CancellationToken).Within();
        Assert.Equal(answering.LocalEndPoint, connected.RemoteEndPoint);
        // Fifty delays take more than twelve seconds.
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Other_addresses_are_not_tried_when_the_first_answers()
    {
        Socket first = Listen(IPAddress.Loopback), second = Listen(IPAddress.Loopback);
        IPEndPoint[] places = [(IPEndPoint)first.LocalEndPoint!, (IPEndPoint)second.LocalEndPoint!];
        using Socket connected = await HappyEyeballs.ConnectAsync(places, LocalChoice.Any, TestContext.Current.CancellationToken).Within();
        Assert.Equal(first.LocalEndPoint, connected.RemoteEndPoint);
        Assert.False(second.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task Connect_fails_with_the_first_error_when_no_address_answers()
    {
        SocketException e = await Assert.ThrowsAsync<SocketException>(
            () => HappyEyeballs.ConnectAsync([Refusing(), Refusing()], LocalChoice.Any, TestContext.Current.CancellationToken).Within());
        Assert.Equal(SocketError.ConnectionRefused, e.SocketErrorCode);
    }

    [Fact]
    public async Task Cancellation_ends_all_attempts()
    {
        IPEndPoint hole = await BlackHoleAsync();
        using var given = new CancellationTokenSource();
        Task<Socket> connecting = HappyEyeballs.ConnectAsync([hole, hole, hole], LocalChoice.Any, given.Token);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Within());
    }

    [Fact]
    public void Address_families_alternate_in_the_order_of_the_system()
    {
        IPAddress[] addresses = [.. new[] { "fd00::1", "fd00::2", "fd00::3", "10.0.0.1", "10.0.0.2" }.Select(IPAddress.Parse)];
        string[] expected = ["fd00::1", "10.0.0.1", "fd00::2", "10.0.0.2", "fd00::3"];
        Assert.Equal(expected, HappyEyeballs.InTurns(addresses).Select(address => address.ToString()));
    }

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
            socket.Dispose();
    }

    private Socket Listen(IPAddress address, int backlog = 16)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        socket.Bind(new IPEndPoint(address, 0));
        socket.Listen(backlog);
        return socket;
    }

    // Binds a socket that never listens, so the system refuses connections to it.
    private IPEndPoint Refusing()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    // Fills the queue of a listener that accepts no connections. Then the system drops new connections, as a firewall does.
    private async Task<IPEndPoint> BlackHoleAsync()
    {
        Socket listener = Listen(IPAddress.Loopback, backlog: 0);
        var place = (IPEndPoint)listener.LocalEndPoint!;
        while (true)
        {
            var filling = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(filling);
            Task connecting = filling.ConnectAsync(place);
            if (await Task.WhenAny(connecting, Task.Delay(TimeSpan.FromSeconds(1))) != connecting)
                return place;
        }
    }
}
