using RemoteShell.Broker.Connections;
using RemoteShell.Broker.Tunnels;

namespace RemoteShell.Broker.Tests.Tunnels;

public sealed class TunnelStreamTests
{
    private const int MaxLength = 3_000_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, TestSize.Of(5, 200))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task All_bytes_arrive_in_both_directions_at_once(int seed)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        (TunnelEnd a, TunnelEnd b) = await PairAsync(broker, new());
        await using (a)
        await using (b)
        {
            await Task.WhenAll(Exchange(seed, a, b)).Within(Limit);
        }
    }

    [Fact]
    public async Task A_direction_that_has_ended_leaves_the_other_one_open()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        (TunnelEnd a, TunnelEnd b) = await PairAsync(broker, new());
        await using (a)
        await using (b)
        {
            await a.Stream.EndWritingAsync();
            Assert.Equal(0, await b.Stream.ReadAsync(new byte[1]).Within());
            await b.Stream.WriteAsync(new byte[] { 7 });
            byte[] one = new byte[1];
            Assert.Equal(1, await a.Stream.ReadAsync(one).Within());
            Assert.Equal(7, one[0]);
            await b.Stream.EndWritingAsync();
            Assert.Equal(0, await a.Stream.ReadAsync(one).Within());
        }
    }

    [Fact]
    public async Task Sender_stops_at_the_window_of_a_reader_that_does_not_read()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        (TunnelEnd a, TunnelEnd b) = await PairAsync(broker, TestTimes.Short);
        await using (a)
        await using (b)
        {
            Task writing = a.Stream.WriteAsync(new byte[200 * TunnelStream.MaxBody]).AsTask();
            await Waiting.Until(() => b.Data >= TunnelStream.Window, "the window is full");
            int alive = b.Alive;
            await Waiting.Until(() => b.Alive >= alive + 2, "the sender has had time for more");
            Assert.Equal(TunnelStream.Window, b.Data);
            Assert.False(writing.IsCompleted);

            // A quarter of the window is taken, and as much comes.
            await b.Stream.ReadExactlyAsync(new byte[16 * TunnelStream.MaxBody]).AsTask().Within();
            await Waiting.Until(() => b.Data >= TunnelStream.Window + 16, "the window moves");
            alive = b.Alive;
            await Waiting.Until(() => b.Alive >= alive + 2, "the sender has had time for more");
            Assert.Equal(TunnelStream.Window + 16, b.Data);

            await b.Stream.ReadExactlyAsync(new byte[184 * TunnelStream.MaxBody]).AsTask().Within();
            await writing.Within();
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Doubled_and_late_messages_change_nothing(int seed)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        (TunnelEnd a, TunnelEnd b) = await PairThroughProxyAsync(broker, TestTimes.Short);
        await using (a)
        await using (b)
        {
            broker.Proxy.Faults = new() { Doubled = 1, Late = 0.02, Seed = seed };
            await Task.WhenAll(Exchange(seed, a, b)).Within(Limit);
            Assert.NotEqual(0, broker.Proxy.Faulty);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Lost_and_swapped_messages_end_the_tunnel_and_never_give_wrong_bytes(int seed)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        (TunnelEnd a, TunnelEnd b) = await PairThroughProxyAsync(broker, TestTimes.Impatient);
        await using (a)
        await using (b)
        {
            broker.Proxy.Faults = new() { Lost = 0.02, Swapped = 0.02, Doubled = 0.02, Late = 0.02, Seed = seed };
            Task[] all = Exchange(seed, a, b);
            await Task.WhenAny(Task.WhenAll(all), Task.Delay(Limit));
            Assert.All(all, one => Assert.True(one.IsCompleted, "it hangs"));
            Assert.All(
                all.Where(one => one.IsFaulted),
                one => Assert.NotEmpty(Assert.IsType<IOException>(Assert.Single(one.Exception!.InnerExceptions)).Message));
        }
    }

    [Fact]
    public async Task Data_beyond_the_window_ends_the_tunnel()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        (TunnelEnd a, TunnelEnd b) = await PairAsync(broker, new());
        await using (a)
        await using (b)
        {
            BrokerConnection hostile = await broker.ConnectAsync();
            for (ulong n = 0; n <= TunnelStream.Window; n++)
            {
                var message = new SentMessage(TunnelKind.Data, n, new byte[1]);
                await hostile.PublishAsync("tunnel.b", message, TunnelMessageFormat.Instance, default);
            }

            IOException e = await Assert.ThrowsAsync<IOException>(() => a.Stream.ReadAsync(new byte[1]).Within());
            Assert.Equal("the other end sends more than the window allows", e.Message);
            // What came before is given, and then the reason.
            await b.Stream.ReadExactlyAsync(new byte[TunnelStream.Window]).AsTask().Within();
            e = await Assert.ThrowsAsync<IOException>(() => b.Stream.ReadAsync(new byte[1]).Within());
            Assert.Equal("the other end sends more than the window allows", e.Message);
        }
    }

    [Fact]
    public async Task Loss_of_the_last_message_is_noticed()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        (TunnelEnd a, TunnelEnd b) = await PairThroughProxyAsync(broker, TestTimes.Short);
        await using (a)
        await using (b)
        {
            broker.Proxy.Faults = new() { Lost = 1, Concerns = subject => subject == "tunnel.b" };
            await a.Stream.WriteAsync(new byte[10]);
            await Waiting.Until(() => broker.Proxy.Faulty > 0, "the message is lost");
            broker.Proxy.Faults = new();
            IOException e = await Assert.ThrowsAsync<IOException>(() => b.Stream.ReadAsync(new byte[10]).Within());
            Assert.Equal("the broker has lost the last messages", e.Message);
            e = await Assert.ThrowsAsync<IOException>(() => a.Stream.ReadAsync(new byte[10]).Within());
            Assert.Equal("the broker has lost the last messages", e.Message);
        }
    }

    [Fact]
    public async Task Lost_acknowledgements_are_repeated()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        (TunnelEnd a, TunnelEnd b) = await PairThroughProxyAsync(broker, TestTimes.Short);
        await using (a)
        await using (b)
        {
            broker.Proxy.Faults = new() { Lost = 1, Concerns = subject => subject == "tunnel.a" };
            Task writing = a.Stream.WriteAsync(new byte[100 * TunnelStream.MaxBody]).AsTask();
            await b.Stream.ReadExactlyAsync(new byte[64 * TunnelStream.MaxBody]).AsTask().Within();
            await Waiting.Until(() => broker.Proxy.Faulty >= 4, "the acknowledgements are lost");
            broker.Proxy.Faults = new();
            await b.Stream.ReadExactlyAsync(new byte[36 * TunnelStream.MaxBody]).AsTask().Within();
            await writing.Within();
        }
    }

    [Fact]
    public async Task Silent_other_end_is_lost()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        (TunnelEnd a, TunnelEnd b) = await PairThroughProxyAsync(broker, TestTimes.Short with { Silence = TimeSpan.FromMilliseconds(500) });
        await using (a)
        await using (b)
        {
            broker.Proxy.Faults = new() { Lost = 1 };
            IOException e = await Assert.ThrowsAsync<IOException>(() => a.Stream.ReadAsync(new byte[1]).Within());
            Assert.Equal("the other end is silent for 0.5 s", e.Message);
        }
    }

    [Fact]
    public async Task Other_end_whose_connection_has_ended_is_lost_without_waiting_for_silence()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        BrokerConnection second = await broker.ConnectAsync();
        (TunnelEnd a, TunnelEnd b) = await TunnelEnd.PairAsync(await broker.ConnectAsync(), second, TestTimes.Short);
        await using (a)
        await using (b)
        {
            await second.DisposeAsync().Within();
            IOException e = await Assert.ThrowsAsync<IOException>(() => a.Stream.ReadAsync(new byte[1]).Within(TimeSpan.FromSeconds(10)));
            Assert.Equal("the other end is not connected to the broker any more", e.Message);
        }
    }

    [Fact]
    public async Task Lost_broker_fails_reads_and_writes_that_wait()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        (TunnelEnd a, TunnelEnd b) = await PairThroughProxyAsync(broker, new());
        await using (a)
        await using (b)
        {
            Task writing = a.Stream.WriteAsync(new byte[100 * TunnelStream.MaxBody]).AsTask();
            Task reading = a.Stream.ReadAsync(new byte[1]).AsTask();
            await Waiting.Until(() => b.Data >= TunnelStream.Window, "the window is full");
            broker.Proxy.Cut();
            await Assert.ThrowsAsync<IOException>(() => writing.Within());
            await Assert.ThrowsAsync<IOException>(() => reading.Within());
        }
    }

    [Fact]
    public async Task Disposing_one_end_fails_the_other_one_at_once()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        (TunnelEnd a, TunnelEnd b) = await PairAsync(broker, new());
        await using (a)
        await using (b)
        {
            Task reading = a.Stream.ReadAsync(new byte[1]).AsTask();
            await b.Stream.DisposeAsync();
            await b.Stream.DisposeAsync();
            IOException e = await Assert.ThrowsAsync<IOException>(() => reading.Within());
            Assert.Equal("the other end has gone", e.Message);
        }
    }

    // Random bytes in both directions at once, each to its end.
    private static Task[] Exchange(int seed, TunnelEnd a, TunnelEnd b)
    {
        var there = new RandomBytes(seed, MaxLength);
        var back = new RandomBytes(-seed, MaxLength);
        return [there.SendAsync(a.Stream), back.SendAsync(b.Stream), there.ReceiveAsync(b.Stream), back.ReceiveAsync(a.Stream)];
    }

    private static async Task<(TunnelEnd A, TunnelEnd B)> PairAsync(TestBroker broker, TunnelTimes times)
        => await TunnelEnd.PairAsync(await broker.ConnectAsync(), await broker.ConnectAsync(), times);

    private static async Task<(TunnelEnd A, TunnelEnd B)> PairThroughProxyAsync(TestBroker broker, TunnelTimes times)
        => await TunnelEnd.PairAsync(await broker.ConnectThroughProxyAsync(), await broker.ConnectThroughProxyAsync(), times);
}
