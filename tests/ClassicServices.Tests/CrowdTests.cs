using System.Net;
using System.Net.Sockets;
using System.Text;
using ClassicServices.Server.Hosting;

namespace ClassicServices.Tests;

/// <summary>Many peers, peers that vanish, and datagrams of all sizes.</summary>
public class CrowdTests
{
    [Fact]
    public async Task The_server_serves_two_thousand_clients_at_once()
    {
        await using var server = RunningServices.Start("upper");
        // Both ends are in this process, and each takes a descriptor.
        int count = Math.Min(2000, (OpenFiles.MaxClients - 200) / 2);
        RawClient[] clients = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => server.ConnectAsync()));
        await Task.WhenAll(clients.Select(async (client, i) =>
        {
            await client.SendAsync($"client {i}\n");
            await client.SeesAsync($"CLIENT {i}\n");
        })).Within(TimeSpan.FromSeconds(60));
        Assert.Equal(count, server.Connected);
        foreach (RawClient client in clients)
            client.Dispose();
        await Waiting.Until(() => server.Connected == 0, "all peers have left");
    }

    [Theory]
    [InlineData("calc")]
    [InlineData("chat")]
    [InlineData("reply")]
    [InlineData("time-line")]
    [InlineData("ack")]
    public async Task A_peer_that_vanishes_or_is_silent_does_not_disturb_the_others(string service)
    {
        await using var server = RunningServices.Start(service);
        using RawClient silent = await server.ConnectAsync();
        for (int i = 0; i < 20; i++)
        {
            RawClient client = await server.ConnectAsync();
            if (i % 3 > 0)
                await client.SendAsync("1+1\n");
            if (i % 2 == 0)
                client.Reset();
            else
                client.Dispose();
        }

        await Waiting.Until(() => server.Connected == 1, "only the silent peer is connected");
        using RawClient last = await server.ConnectAsync();
        await last.SendAsync("1+1\n");
        Assert.NotEmpty(await last.ReadAsync(3));
    }

    [Fact]
    public async Task A_stopping_server_sends_its_answers_and_closes_every_connection()
    {
        var server = RunningServices.Start("upper");
        IPEndPoint address = server.Address();
        RawClient[] clients = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => server.ConnectAsync()));
        foreach (RawClient client in clients)
        {
            await client.SendAsync("hello");
            await client.SeesAsync("HELLO");
        }

        Task stopped = server.DisposeAsync().AsTask();
        foreach (RawClient client in clients)
        {
            // The connection ends without a reset.
            Assert.Empty(await client.ReadToEndAsync());
            client.Dispose();
        }

        await stopped.Within();
        await Assert.ThrowsAsync<SocketException>(() => RawClient.ConnectAsync(address));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task Check_answers_datagrams_of_every_size(AddressFamily family)
    {
        await using var server = RunningServices.Start("check");
        using var udp = new UdpClient(family);
        udp.Connect(server.Address(ProtocolType.Udp, family));
        foreach (int size in (int[])[5, 0, 1, 1472, 9000, 65_507])
        {
            await udp.SendAsync(new byte[size]).Within();
            Assert.Equal("check", Encoding.ASCII.GetString((await udp.ReceiveAsync().Within()).Buffer));
        }
    }

    [Fact]
    public async Task Time_answers_datagrams_and_survives_an_answer_that_is_too_large()
    {
        await using var server = RunningServices.Start("time");
        IPEndPoint address = server.Address(ProtocolType.Udp);
        // TCP and UDP have the same port.
        Assert.Equal(server.Address().Port, address.Port);
        using var udp = new UdpClient(AddressFamily.InterNetwork);
        udp.Connect(address);
        await udp.SendAsync(new byte[65_507]).Within();
        byte[] half = [.. "a"u8, 0xE4, 0xBD];
        await udp.SendAsync(half).Within();
        Assert.Equal(half, (await udp.ReceiveAsync().Within()).Buffer[27..]);
        foreach (string message in (string[])["hello 好", "", new string('x', 60_000)])
        {
            await udp.SendAsync(Encoding.UTF8.GetBytes(message)).Within();
            string answer = Encoding.UTF8.GetString((await udp.ReceiveAsync().Within()).Buffer);
            Assert.Matches(@"^\[.{24}\] ", answer);
            Assert.Equal(message, answer[27..]);
        }
    }
}
