using System.Net;

namespace RemoteShell.Client.Tests;

public class PingTests
{
    [Fact]
    public async Task A_ping_is_answered_with_the_servers_clock()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        RoundTrip[] trips = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.PingAsync())).Within();
        Assert.All(trips, trip => Assert.True(trip.Time > TimeSpan.Zero));
        // It is this machine's clock: the question lies before it and the answer behind it.
        Assert.All(trips, trip => Assert.InRange(trip.Offset!.Value.Duration(), TimeSpan.Zero, (trip.Time / 2) + TimeSpan.FromMilliseconds(50)));
        Assert.All(trips, trip => Assert.InRange(DateTimeOffset.UtcNow - trip.ServerTime!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task A_ping_into_a_connection_that_is_lost_fails_and_the_next_one_goes_over_another()
    {
        await using var server = new TestServer();
        await using var relay = new TcpRelay(server.Address);
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(server.Options with { Host = new(IPAddress.Loopback.ToString(), relay.Address.Port) }).Within();
        await client.PingAsync().Within();
        relay.Stall();
        Task<RoundTrip> asked = client.PingAsync();
        relay.GoOnNewOnes();
        relay.Cut();
        Assert.True((await Assert.ThrowsAsync<ConnectionLostException>(() => asked).Within()).IsNetworkLoss);
        await client.PingAsync().Within();
    }
}
