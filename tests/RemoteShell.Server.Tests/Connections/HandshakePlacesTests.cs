using System.Net;
using RemoteShell.Server.Connections;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Tests.Connections;

/// <summary>Who gets the next place for a handshake, and who does not wait for one.</summary>
public class HandshakePlacesTests
{
    private static readonly Peer Here = At("192.0.2.1");
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    [Fact]
    public async Task Place_that_becomes_free_goes_to_the_connection_that_came_first()
    {
        var places = new HandshakePlaces(() => 2, () => Long);
        Assert.True(await Enter(places, Here).Within());
        Assert.True(await Enter(places, Here).Within());
        Task<bool>[] waiting = [Enter(places, Here), Enter(places, Here), Enter(places, Here)];
        Assert.False(places.TryEnter());
        foreach (Task<bool> next in waiting)
        {
            Assert.All(waiting.SkipWhile(task => task != next), task => Assert.False(task.IsCompleted));
            places.Leave();
            Assert.True(await next.Within());
        }

        // The queue is empty, so a released place stays free.
        places.Leave();
        places.Leave();
        Assert.True(places.TryEnter());
        Assert.True(places.TryEnter());
        Assert.False(places.TryEnter());
    }

    [Fact]
    public async Task Places_that_are_added_and_removed_later_count()
    {
        int count = 1;
        var places = new HandshakePlaces(() => count, () => Long);
        Assert.True(places.TryEnter());
        Task<bool>[] waiting = [Enter(places, Here), Enter(places, Here), Enter(places, Here)];
        count = 3;
        Assert.True(places.TryEnter());
        places.Leave();
        Assert.All(await Task.WhenAll(waiting[..2]).Within(), Assert.True);
        Assert.False(waiting[2].IsCompleted);
        count = 1;
        places.Leave();
        places.Leave();
        Assert.False(waiting[2].IsCompleted);
        Assert.False(places.TryEnter());
        places.Leave();
        Assert.True(await waiting[2].Within());
        Assert.False(places.TryEnter());
    }

    [Fact]
    public async Task Connections_beyond_the_queue_get_no_place_at_once()
    {
        var places = new HandshakePlaces(() => 1, () => Long);
        Assert.True(places.TryEnter());
        Task<bool>[] waiting = Enter(places, Here, HandshakePlaces.WaitingPerPlace);
        for (int i = 0; i < 100; i++)
            Assert.False(await Enter(places, Here).Within());
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
    }

    [Theory]
    [InlineData("192.0.2.2")]
    [InlineData("2001:db8:0:1::1")]
    public async Task Flood_from_one_network_does_not_displace_a_client_of_another_one(string other)
    {
        var places = new HandshakePlaces(() => 2, () => Long);
        Assert.True(places.TryEnter());
        Assert.True(places.TryEnter());
        Task<bool>[] flood = Enter(places, Here, 2 * HandshakePlaces.WaitingPerPlace);
        Task<bool> honest = Enter(places, At(other));
        // The last of the flood makes room.
        Assert.False(await flood[^1].Within());
        places.Leave();
        Assert.True(await flood[0].Within());
        Assert.False(honest.IsCompleted);
        places.Leave();
        Assert.True(await honest.Within());
        Assert.False(flood[1].IsCompleted);
    }

    [Fact]
    public async Task Flood_of_tunnels_does_not_displace_a_client_with_an_address()
    {
        var places = new HandshakePlaces(() => 1, () => Long);
        Assert.True(places.TryEnter());
        Task<bool>[] flood = [.. Enumerable.Range(0, HandshakePlaces.WaitingPerPlace).Select(i => Enter(places, Peer.Tunnel(i)))];
        Assert.False(await Enter(places, Peer.Tunnel(99)).Within());
        Task<bool> honest = Enter(places, Here);
        Assert.False(await flood[^1].Within());
        places.Leave();
        Assert.True(await flood[0].Within());
        places.Leave();
        Assert.True(await honest.Within());
        Assert.False(flood[1].IsCompleted);
    }

    [Fact]
    public async Task Flood_from_an_address_does_not_displace_a_tunnel()
    {
        var places = new HandshakePlaces(() => 1, () => Long);
        Assert.True(places.TryEnter());
        Task<bool>[] flood = Enter(places, Here, HandshakePlaces.WaitingPerPlace);
        Task<bool> honest = Enter(places, Peer.Tunnel(1));
        Assert.False(await flood[^1].Within());
        places.Leave();
        Assert.True(await flood[0].Within());
        places.Leave();
        Assert.True(await honest.Within());
        Assert.False(flood[1].IsCompleted);
    }

    [Fact]
    public async Task Addresses_of_one_ipv6_network_count_as_one()
    {
        var places = new HandshakePlaces(() => 1, () => Long);
        Assert.True(places.TryEnter());
        for (int i = 0; i < HandshakePlaces.WaitingPerPlace; i++)
            _ = Enter(places, At($"2001:db8:0:1::{i}"));
        Assert.False(await Enter(places, At("2001:db8:0:1:ffff::1")).Within());
        Task<bool> honest = Enter(places, At("2001:db8:0:2::1"));
        places.Leave();
        places.Leave();
        Assert.True(await honest.Within());
    }

    [Fact]
    public async Task Wait_ends_without_a_place_after_its_time_or_when_the_server_stops()
    {
        var brief = new HandshakePlaces(() => 1, () => TimeSpan.FromMilliseconds(50));
        Assert.True(brief.TryEnter());
        Assert.False(await Enter(brief, Here).Within());

        var places = new HandshakePlaces(() => 1, () => Long);
        using var stopping = new CancellationTokenSource();
        Assert.True(places.TryEnter());
        Task<bool> waiting = places.EnterAsync(Here, stopping.Token);
        await stopping.CancelAsync();
        Assert.False(await waiting.Within());
        // They have left the queue: the place is not given to them.
        brief.Leave();
        places.Leave();
        Assert.True(brief.TryEnter());
        Assert.True(places.TryEnter());
    }

    // Waits end by a place, by time, by displacement and by a cancellation at the same moments, on several threads.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_clients_never_lose_a_place_or_exceed_the_number(int seed)
    {
        const int count = 3;
        var places = new HandshakePlaces(() => count, () => TimeSpan.FromMilliseconds(2));
        int inside = 0;
        bool isOver = false;
        await Task.WhenAll(Enumerable.Range(0, 40).Select(client => Task.Run(async () =>
        {
            var random = new Random((seed * 1000) + client);
            for (int i = 0; i < 100; i++)
            {
                using var stopping = new CancellationTokenSource();
                Task<bool> entering = places.EnterAsync(At($"192.0.2.{random.Next(1, 6)}"), stopping.Token);
                if (random.Next(4) == 0)
                    await stopping.CancelAsync();
                if (!await entering)
                    continue;
                isOver |= Interlocked.Increment(ref inside) > count;
                if (random.Next(3) == 0)
                    await Task.Yield();
                Interlocked.Decrement(ref inside);
                places.Leave();
            }
        }))).Within();
        Assert.False(isOver);
        for (int i = 0; i < count; i++)
            Assert.True(places.TryEnter());
        Assert.False(places.TryEnter());
    }

    private static Peer At(string address) => Peer.At(new(IPAddress.Parse(address), 5000));

    private static Task<bool> Enter(HandshakePlaces places, Peer peer) => places.EnterAsync(peer, CancellationToken.None);

    private static Task<bool>[] Enter(HandshakePlaces places, Peer peer, int count)
        => [.. Enumerable.Range(0, count).Select(_ => Enter(places, peer))];
}
