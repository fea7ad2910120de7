using System.Net;
using System.Net.Sockets;
using RemoteShell.Client;
using RemoteShell.Protocol.Datagrams;

namespace RemoteShell.Server.Tests.Connections;

public class ProbeTests
{
    [Fact]
    public async Task Probe_is_answered_with_the_time_in_as_many_bytes()
    {
        await using var server = new TestServer(options => options with { AnswersProbes = true });
        using UdpProber prober = await UdpProber.CreateAsync(
            new(server.Address.Address.ToString(), server.Address.Port), TestContext.Current.CancellationToken);
        RoundTrip trip = (await prober.AskAsync(Waiting.Limit, TestContext.Current.CancellationToken))!;
        Assert.InRange(trip.Offset!.Value.Duration(), TimeSpan.Zero, (trip.Time / 2) + TimeSpan.FromMilliseconds(50));

        using UdpClient udp = Connect(server.Address);
        await udp.SendAsync(Probe.CreateRequest(7)).Within();
        Assert.Equal(Probe.Length, (await udp.ReceiveAsync().Within()).Buffer.Length);
    }

    [Fact]
    public async Task Other_datagrams_are_not_answered_and_do_no_harm()
    {
        await using var server = new TestServer(options => options with { AnswersProbes = true });
        using UdpClient udp = Connect(server.Address);
        byte[] answer = Probe.CreateRequest(1);
        Assert.True(Probe.TryReply(answer, DateTimeOffset.UtcNow));
        byte[][] datagrams =
        [
            [],
            [0],
            Probe.CreateRequest(2)[..^1],
            [.. Probe.CreateRequest(3), 0],
            new byte[60_000],
            answer,
            new byte[Probe.Length],
        ];
        foreach (byte[] datagram in datagrams)
            await udp.SendAsync(datagram).Within();
        await udp.SendAsync(Probe.CreateRequest(4)).Within();
        // What comes first is the answer to the last.
        Assert.NotNull(Probe.ReadReply((await udp.ReceiveAsync().Within()).Buffer, 4));
    }

    [Fact]
    public async Task Probes_are_not_answered_by_default()
    {
        await using var server = new TestServer();
        // The port is free for another: nothing listens.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(server.Address);
    }

    [Fact]
    public async Task Prober_asks_again_after_a_lost_answer()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using UdpProber prober = await UdpProber.CreateAsync(
            new("127.0.0.1", ((IPEndPoint)silent.LocalEndPoint!).Port), TestContext.Current.CancellationToken);
        Assert.Null(await prober.AskAsync(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken));
        // A question that was given up is not answered by what comes for it later.
        Task<RoundTrip?> asked = prober.AskAsync(Waiting.Limit, TestContext.Current.CancellationToken);
        var datagram = new byte[Probe.Length];
        for (int i = 0; i < 2; i++)
        {
            SocketReceiveFromResult question = await silent
                .ReceiveFromAsync(datagram, new IPEndPoint(IPAddress.Any, 0), TestContext.Current.CancellationToken)
                .Within();
            Assert.True(Probe.TryReply(datagram, DateTimeOffset.UtcNow));
            await silent.SendToAsync(datagram, question.RemoteEndPoint, TestContext.Current.CancellationToken).Within();
        }

        Assert.NotNull(await asked.Within());
    }

    private static UdpClient Connect(IPEndPoint address)
    {
        var udp = new UdpClient(AddressFamily.InterNetwork);
        udp.Connect(address);
        return udp;
    }
}
