using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RemoteShell.Client.Connections;

namespace RemoteShell.Client.Tests;

/// <summary>A host of several addresses, of which some lead nowhere.</summary>
public sealed class HappyEyeballsTests : IDisposable
{
    private readonly List<Socket> _sockets = [];

    [Fact]
    public async Task An_address_that_swallows_everything_costs_a_moment_and_not_the_whole_time()
    {
        IPEndPoint hole = await BlackHoleAsync();
        Socket answering = Listen(IPAddress.Loopback);
        using Socket connected = await HappyEyeballs.ConnectAsync([hole, (IPEndPoint)answering.LocalEndPoint!], TestContext.Current.CancellationToken).Within();
        Assert.Equal(answering.LocalEndPoint, connected.RemoteEndPoint);
    }

    [Fact]
    public async Task Where_one_refuses_the_next_is_asked_at_once()
    {
        IPEndPoint[] refusing = [.. Enumerable.Range(0, 50).Select(_ => Refusing())];
        Socket answering = Listen(IPAddress.Loopback);
        long begun = Stopwatch.GetTimestamp();
        using Socket connected = await HappyEyeballs.ConnectAsync([.. refusing, (IPEndPoint)answering.LocalEndPoint!], TestContext.Current.CancellationToken).Within();
        Assert.Equal(answering.LocalEndPoint, connected.RemoteEndPoint);
        // Fifty delays would be more than twelve seconds.
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Where_the_first_answers_the_others_are_left_alone()
    {
        Socket first = Listen(IPAddress.Loopback), second = Listen(IPAddress.Loopback);
        using Socket connected = await HappyEyeballs.ConnectAsync([(IPEndPoint)first.LocalEndPoint!, (IPEndPoint)second.LocalEndPoint!], TestContext.Current.CancellationToken).Within();
        Assert.Equal(first.LocalEndPoint, connected.RemoteEndPoint);
        Assert.False(second.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task Where_nobody_answers_the_first_reason_is_told()
    {
        SocketException e = await Assert.ThrowsAsync<SocketException>(() => HappyEyeballs.ConnectAsync([Refusing(), Refusing()], TestContext.Current.CancellationToken).Within());
        Assert.Equal(SocketError.ConnectionRefused, e.SocketErrorCode);
    }

    [Fact]
    public async Task Giving_up_ends_all_attempts()
    {
        IPEndPoint hole = await BlackHoleAsync();
        using var given = new CancellationTokenSource();
        Task<Socket> connecting = HappyEyeballs.ConnectAsync([hole, hole, hole], given.Token);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Within());
    }

    [Fact]
    public void Families_take_turns_in_the_order_of_the_system()
    {
        IPAddress[] addresses = [.. new[] { "fd00::1", "fd00::2", "fd00::3", "10.0.0.1", "10.0.0.2" }.Select(IPAddress.Parse)];
        Assert.Equal(["fd00::1", "10.0.0.1", "fd00::2", "10.0.0.2", "fd00::3"], HappyEyeballs.InTurns(addresses).Select(address => address.ToString()));
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

    // Bound, and never listening.
    private IPEndPoint Refusing()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    // Where the queue of a listener that accepts nobody is full, the system drops what comes, as a firewall does.
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
