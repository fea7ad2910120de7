using System.Buffers.Binary;
using System.Net;
using RemoteShell.Server.Connections;
using RemoteShell.Server.Peers;
using RemoteShell.Server.Tests.Jobs;

namespace RemoteShell.Server.Tests.Connections;

/// <summary>Which addresses are refused, how long, and what is remembered of them.</summary>
public class PenaltiesTests
{
    private static readonly Peer Here = At("192.0.2.1"), Other = At("192.0.2.2");

    private readonly SetClock _clock = new();
    private readonly List<IPNetwork> _exempt = [];
    private readonly Penalties _penalties;

    public PenaltiesTests() => _penalties = new(() => _exempt, _clock);

    [Fact]
    public void Penalties_add_up_and_refuse_from_the_minimum_to_their_end()
    {
        Fail(Here, 2);
        Assert.False(Refuses(Here));
        Fail(Here, 1);
        Assert.True(Refuses(Here));
        Assert.False(Refuses(Other));
        _clock.Pass(TimeSpan.FromSeconds(14.9));
        Assert.True(Refuses(Here));
        _clock.Pass(TimeSpan.FromSeconds(0.1));
        Assert.False(Refuses(Here));
    }

    [Fact]
    public void Penalties_pass_with_time()
    {
        for (int i = 0; i < 100; i++)
        {
            Fail(Here, 1);
            _clock.Pass(PenaltyCause.Unauthorized.Time);
            Assert.False(Refuses(Here));
        }
    }

    [Fact]
    public void Each_penalty_in_force_doubles_the_next_one_up_to_the_longest()
    {
        List<double> seconds = [];
        for (int i = 0; i < 12; i++)
        {
            while (!Refuses(Here))
                Fail(Here, 1);
            TimeSpan left = Assert.Single(_penalties.InForce()).Left;
            seconds.Add(left.TotalSeconds);
            _clock.Pass(left);
        }

        Assert.Equal([15, 20, 20, 40, 80, 160, 320, 600, 600, 600, 600, 600], seconds);
        _clock.Pass(PenaltyRecord.Memory);
        Fail(Here, 2);
        Assert.False(Refuses(Here));
        Fail(Here, 1);
        Assert.Equal(15, Assert.Single(_penalties.InForce()).Left.TotalSeconds);
    }

    [Fact]
    public void Many_failures_at_once_do_not_last_longer_than_the_longest_penalty()
    {
        Fail(Here, 100_000);
        Assert.Equal(PenaltyRecord.Longest, Assert.Single(_penalties.InForce()).Left);
    }

    [Fact]
    public void Keys_that_a_client_offers_one_after_the_other_count_once()
    {
        for (int i = 0; i < 100; i++)
            _penalties.Add(Here, PenaltyCause.Unauthorized, TestKeys.Make(1));
        Assert.False(Refuses(Here));
        for (int attempt = 0; attempt < 10 && !Refuses(Here); attempt++)
        {
            _clock.Pass(Penalties.Attempt);
            _penalties.Add(Here, PenaltyCause.Unauthorized, TestKeys.Make(1));
        }

        Assert.True(Refuses(Here));
        for (int key = 0; key < 3; key++)
            _penalties.Add(Other, PenaltyCause.Unauthorized, TestKeys.Make(key));
        Assert.True(Refuses(Other));
    }

    [Fact]
    public void Authorized_client_clears_the_penalties_of_its_address()
    {
        Fail(Here, 2);
        Fail(Other, 2);
        _penalties.Clear(Here);
        Fail(Here, 1);
        Fail(Other, 1);
        Assert.False(Refuses(Here));
        Assert.True(Refuses(Other));
    }

    [Fact]
    public void Exempt_networks_and_tunnels_have_no_penalties()
    {
        Fail(Here, 10);
        _exempt.Add(IPNetwork.Parse("192.0.2.0/24"));
        Assert.False(Refuses(Here));
        Fail(Other, 10);
        Assert.False(Refuses(At("::ffff:192.0.2.2")));
        _exempt.Clear();
        Assert.False(Refuses(Other));
        Fail(Peer.Tunnel(1), 10);
        Assert.False(Refuses(Peer.Tunnel(1)));
    }

    [Fact]
    public void Ipv6_network_is_refused_once_many_of_its_addresses_fail()
    {
        Fail(At("2001:db8::1"), 1000);
        Assert.True(Refuses(At("2001:db8::1")));
        Assert.False(Refuses(At("2001:db8::2")));
        for (int i = 2; i < 100; i++)
            Fail(At($"2001:db8::{i}"), 1);
        Assert.True(Refuses(At("2001:db8::ffff:1")));
        Assert.False(Refuses(At("2001:db8:0:1::1")));
        Assert.Contains(_penalties.InForce(), penalty => penalty.Place == "2001:db8::/64");
    }

    [Fact]
    public void Flood_from_many_addresses_takes_bounded_memory_and_drops_the_smallest_penalties()
    {
        Fail(Here, 1000);
        for (int i = 0; i < 3 * PenaltyTable<IPAddress>.MaxRecords; i++)
        {
            byte[] address = [0x20, 1, 0xd, 0xb8, .. new byte[12]];
            BinaryPrimitives.WriteInt32BigEndian(address.AsSpan(4), i);
            _penalties.Add(Peer.At(new(new IPAddress(address), 1)), PenaltyCause.Unauthorized);
        }

        Assert.InRange(_penalties.Count, 1, 2 * PenaltyTable<IPAddress>.MaxRecords);
        Assert.True(Refuses(Here));
    }

    [Fact]
    public void Refusals_are_counted_and_logged_at_most_once_a_minute()
    {
        Fail(Here, 100);
        Assert.True(_penalties.Refuses(Here, out Penalty? first));
        Assert.Equal(("192.0.2.1", PenaltyCause.Unauthorized), (first?.Place, first?.Cause));
        for (int i = 0; i < 59; i++)
        {
            _clock.Pass(TimeSpan.FromSeconds(1));
            Assert.True(_penalties.Refuses(Here, out Penalty? none));
            Assert.Null(none);
        }

        _clock.Pass(TimeSpan.FromSeconds(1));
        Assert.True(_penalties.Refuses(Here, out Penalty? second));
        Assert.Equal(61, second?.Refused);
    }

    private static Peer At(string address) => Peer.At(new(IPAddress.Parse(address), 1234));

    private void Fail(Peer peer, int times)
    {
        for (int i = 0; i < times; i++)
            _penalties.Add(peer, PenaltyCause.Unauthorized);
    }

    private bool Refuses(Peer peer) => _penalties.Refuses(peer, out _);
}
