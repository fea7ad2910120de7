using System.Net;

namespace RemoteShell.Client.Tests;

public class PingTests
{
    [Fact]
    public async Task Ping_returns_the_clock_of_the_server()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        RoundTrip[] trips = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.PingAsync())).Within();
        Assert.All(trips, trip => Assert.True(trip.Time > TimeSpan.Zero));
        // The server uses the clock of this machine and reads it between the request and the answer.
        var tolerance = TimeSpan.FromMilliseconds(50);
        Assert.All(trips, trip => Assert.InRange(trip.Offset!.Value.Duration(), TimeSpan.Zero, (trip.Time / 2) + tolerance));
        Assert.All(trips, trip => Assert.InRange(DateTimeOffset.UtcNow - trip.ServerTime!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task Ping_fails_when_its_connection_is_lost_and_the_next_one_reconnects()
    {
        await using var server = new TestServer();
        await using var relay = new TcpRelay(server.Address);
        ClientOptions options = server.Options with { Host = new(IPAddress.Loopback.ToString(), relay.Address.Port) };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        await client.PingAsync().Within();
        relay.Stall();
        Task<RoundTrip> asked = client.PingAsync();
        relay.GoOnNewOnes();
        relay.Cut();
        Assert.True((await Assert.ThrowsAsync<ConnectionLostException>(() => asked).Within()).IsNetworkLoss);
        await client.PingAsync().Within();
    }
}
