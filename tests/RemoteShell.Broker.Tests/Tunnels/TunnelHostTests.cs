using System.Net;
using System.Text;
using RemoteShell.Broker.Connections;
using RemoteShell.Broker.Tunnels;

namespace RemoteShell.Broker.Tests.Tunnels;

public sealed class TunnelHostTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(5);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, TestSize.Of(5, 100))];

    public static TheoryData<string> HostileMessages =>
        ["taken that was not sent", "a number that is missing", "a huge body", "nothing", "a short message"];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Tunnels_carry_all_bytes_to_the_server_and_back(int seed)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using var server = new EchoServer();
        await using TestHost host = await TestHost.StartAsync(await broker.ConnectAsync(), server);
        BrokerConnection client = await broker.ConnectAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(n => TestHost.EchoAsync(client, (seed * 10) + n, 3_000_000)));
        await Waiting.Until(() => host.Host.Count == 0 && server.Open == 0, "the tunnels have ended");
        Assert.Equal(4, server.Connections);
    }

    [Fact]
    public async Task Host_that_is_not_there_fails_at_once()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        BrokerConnection client = await broker.ConnectAsync();
        BrokerException e = await Assert.ThrowsAsync<BrokerException>(
            () => TunnelDialer.DialAsync(client, "nobody", TimeSpan.FromMinutes(1)).Within(AtOnce));
        Assert.Equal("no host named 'nobody' is connected to the broker", e.Message);
        Assert.NotNull(e.Hint);
    }

    [Fact]
    public async Task Host_that_does_not_answer_fails_in_time()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        BrokerConnection silent = await broker.ConnectAsync();
        await using var requests = await silent.SubscribeAsync("rsh.open.web7", TunnelMessageFormat.Instance, default);
        await silent.Nats.PingAsync();
        BrokerConnection client = await broker.ConnectAsync();
        BrokerException e = await Assert.ThrowsAsync<BrokerException>(
            () => TunnelDialer.DialAsync(client, "web7", TimeSpan.FromMilliseconds(300), TestTimes.Short).Within(AtOnce));
        Assert.Equal("'web7' does not answer through the broker within 0.3 s", e.Message);
        Assert.NotNull(e.Hint);
    }

    [Fact]
    public async Task Server_that_does_not_listen_is_told_with_the_reason()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        BrokerConnection connection = await broker.ConnectAsync();
        await using TestHost host = TestHost.Start(connection, new IPEndPoint(IPAddress.Loopback, FreePort.Take()));
        await connection.Nats.PingAsync();
        BrokerException e = await Assert.ThrowsAsync<BrokerException>(async () => await TestHost.DialAsync(await broker.ConnectAsync()));
        Assert.StartsWith("'web7' refuses the tunnel: its server does not answer: ", e.Message);
    }

    [Theory]
    [InlineData("rsh.open.")]
    [InlineData("_INBOX.")]
    public async Task Lost_requests_and_answers_are_repeated(string lost)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using var server = new EchoServer();
        await using TestHost host = await TestHost.StartAsync(await broker.ConnectThroughProxyAsync(), server);
        BrokerConnection client = await broker.ConnectThroughProxyAsync();
        broker.Proxy.Faults = new() { Lost = 1, Concerns = subject => subject.StartsWith(lost, StringComparison.Ordinal) };
        Task<TunnelStream> dialing = TestHost.DialAsync(client);
        await Waiting.Until(() => broker.Proxy.Faulty >= 3, "the messages are lost");
        broker.Proxy.Faults = new();
        await using TunnelStream tunnel = await dialing;
        await TestHost.EchoAsync(tunnel);
        // A repeated request is not another tunnel.
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData("rsh.open.web7")]
    [InlineData("rsh.up.web7.00000000000000000000000000000000")]
    [InlineData("$JS.API.INFO")]
    [InlineData("a.*")]
    [InlineData("a.>")]
    public async Task Request_with_a_wrong_reply_subject_is_ignored(string answers)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using var server = new EchoServer();
        await using TestHost host = await TestHost.StartAsync(await broker.ConnectAsync(), server);
        BrokerConnection client = await broker.ConnectAsync();
        await OpenAsync(client, Encoding.ASCII.GetBytes(new string('a', 32)), answers);
        await TestHost.EchoAsync(client);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData("")]
    [InlineData("A0000000000000000000000000000000")]
    [InlineData("0000000000000000000000000000000")]
    [InlineData("000000000000000000000000000000000")]
    [InlineData("0000000000000000.000000000000000")]
    [InlineData("000000000000000000000000000000\n0")]
    public async Task Request_with_a_wrong_id_is_ignored(string id)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using var server = new EchoServer();
        await using TestHost host = await TestHost.StartAsync(await broker.ConnectAsync(), server);
        BrokerConnection client = await broker.ConnectAsync();
        await OpenAsync(client, Encoding.ASCII.GetBytes(id), "_INBOX.answers");
        await TestHost.EchoAsync(client);
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [MemberData(nameof(HostileMessages))]
    public async Task Hostile_messages_harm_only_their_own_tunnel(string what)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using var server = new EchoServer();
        await using TestHost host = await TestHost.StartAsync(await broker.ConnectAsync(), server);
        BrokerConnection client = await broker.ConnectAsync();
        await using TunnelStream other = await TestHost.DialAsync(client);
        await using TunnelStream tunnel = await TestHost.DialAsync(client);
        Task reading = tunnel.ReadExactlyAsync(new byte[1]).AsTask();

        BrokerConnection hostile = await broker.ConnectAsync();
        foreach (byte[] message in MessagesOf(what))
            await hostile.Nats.PublishAsync($"rsh.up.web7.{tunnel.Id}", message, replyTo: "_INBOX.hostile");
        if (what is not ("nothing" or "a short message"))
            await Assert.ThrowsAsync<IOException>(() => reading.Within());
        await TestHost.EchoAsync(other);
        await TestHost.EchoAsync(client);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Random_messages_harm_only_their_own_tunnel(int seed)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using var server = new EchoServer();
        await using TestHost host = await TestHost.StartAsync(await broker.ConnectAsync(), server);
        BrokerConnection client = await broker.ConnectAsync();
        await using TunnelStream other = await TestHost.DialAsync(client);
        await using TunnelStream tunnel = await TestHost.DialAsync(client);

        BrokerConnection hostile = await broker.ConnectAsync();
        var random = new Random(seed);
        string[] subjects =
            ["rsh.open.web7", $"rsh.up.web7.{tunnel.Id}", "rsh.up.web7.x", $"rsh.up.web7.{new string('a', 32)}"];
        for (int n = 0; n < 500; n++)
        {
            byte[] message = new byte[random.Next(64)];
            random.NextBytes(message);
            if (message.Length > 9)
                (message[0], message[1]) = ((byte)random.Next(12), (byte)random.Next(4));
            if (message.Length > 9 && random.Next(2) == 0)
                message.AsSpan(2, 7).Clear();
            await hostile.Nats.PublishAsync(subjects[random.Next(subjects.Length)], message, replyTo: $"hostile.{random.Next()}");
        }

        await TestHost.EchoAsync(other);
        await TestHost.EchoAsync(client);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Random_messages_to_a_client_harm_only_its_tunnel(int seed)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        BrokerConnection hostile = await broker.ConnectAsync();
        await using var requests = await hostile.Nats.SubscribeCoreAsync<byte[]>("rsh.open.web7");
        await hostile.Nats.PingAsync();
        BrokerConnection client = await broker.ConnectAsync();
        Task<TunnelStream> dialing = TunnelDialer.DialAsync(client, "web7", TimeSpan.FromSeconds(3), TestTimes.Impatient);
        string answers = (await requests.Msgs.ReadAsync().Within()).ReplyTo!;
        var random = new Random(seed);
        for (int n = 0; n < 200; n++)
        {
            byte[] message = new byte[random.Next(64)];
            random.NextBytes(message);
            if (message.Length > 0)
                message[0] = (byte)random.Next(12);
            await hostile.Nats.PublishAsync(answers, message);
        }

        try
        {
            await using TunnelStream tunnel = await dialing.Within();
            await tunnel.CopyToAsync(Stream.Null).Within();
        }
        catch (Exception e) when (e is BrokerException or IOException)
        {
            Assert.DoesNotContain(e.Message, char.IsControl);
        }

        await Assert.ThrowsAsync<BrokerException>(() => TunnelDialer.DialAsync(client, "nobody", AtOnce).Within());
    }

    [Fact]
    public async Task Tunnels_beyond_the_limit_are_refused()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using var server = new EchoServer();
        await using TestHost host = await TestHost.StartAsync(await broker.ConnectAsync(), server, maxTunnels: 2);
        BrokerConnection client = await broker.ConnectAsync();
        await using TunnelStream first = await TestHost.DialAsync(client);
        await using TunnelStream second = await TestHost.DialAsync(client);
        BrokerException e = await Assert.ThrowsAsync<BrokerException>(() => TestHost.DialAsync(client));
        Assert.Equal("'web7' refuses the tunnel: it has 2 tunnels already", e.Message);
        await second.DisposeAsync();
        await Waiting.Until(() => host.Host.Count == 1, "the tunnel has ended");
        await TestHost.EchoAsync(client);
        await TestHost.EchoAsync(first);
    }

    [Fact]
    public async Task Broker_that_is_back_carries_new_tunnels_and_none_of_before()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using var server = new EchoServer();
        await using TestHost host = await TestHost.StartAsync(await broker.ConnectAsync(), server);
        BrokerConnection client = await broker.ConnectAsync();
        await using TunnelStream before = await TestHost.DialAsync(client);
        Task reading = before.ReadAsync(new byte[1]).AsTask();
        await broker.Server.KillAsync();
        await Assert.ThrowsAsync<IOException>(() => reading.Within());
        await broker.Server.StartAgainAsync();
        await Waiting.UntilAsync(CanEchoAsync, "the host serves again");
        await Waiting.Until(() => host.Host.Count == 0 && server.Open == 0, "the tunnel of before has ended");

        async Task<bool> CanEchoAsync()
        {
            try
            {
                await TestHost.EchoAsync(client);
                return true;
            }
            catch (BrokerException)
            {
                // The client is back before the host.
                return false;
            }
        }
    }

    [Fact]
    public async Task Host_that_was_started_again_ends_tunnels_of_before()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using var server = new EchoServer();
        BrokerConnection lost = await broker.ConnectThroughProxyAsync();
        await using TestHost host = await TestHost.StartAsync(lost, server);
        await using TunnelStream tunnel = await TestHost.DialAsync(await broker.ConnectAsync());
        // The messages of the host that has gone do not come any more, and another one has its name.
        broker.Proxy.Faults = new() { Lost = 1 };
        await using TestHost next = await TestHost.StartAsync(await broker.ConnectAsync(), server);
        IOException e = await Assert.ThrowsAsync<IOException>(() => tunnel.ReadAsync(new byte[1]).Within());
        Assert.Equal("the host does not know the tunnel any more", e.Message);
    }

    [Fact]
    public async Task Stopping_resets_tunnels_at_once()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using var server = new EchoServer();
        await using TestHost host = await TestHost.StartAsync(await broker.ConnectAsync(), server);
        await using TunnelStream tunnel = await TestHost.DialAsync(await broker.ConnectAsync());
        Task reading = tunnel.ReadAsync(new byte[1]).AsTask();
        await host.StopAsync();
        IOException e = await Assert.ThrowsAsync<IOException>(() => reading.Within(AtOnce));
        Assert.Equal("the other end has gone", e.Message);
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_a_broker_that_is_away()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        await using var server = new EchoServer();
        BrokerConnection connection = await broker.ConnectAsync();
        TestHost host = await TestHost.StartAsync(connection, server);
        await using TunnelStream tunnel = await TestHost.DialAsync(await broker.ConnectAsync());
        await broker.Server.KillAsync();
        await host.StopAsync().Within(AtOnce);
        await connection.DisposeAsync().Within(AtOnce);
    }

    [Fact]
    public async Task Closed_connection_to_the_broker_ends_the_host_with_an_error()
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        BrokerConnection connection = await broker.ConnectAsync();
        var host = new TunnelHost(connection, new() { Name = "web7", Server = new IPEndPoint(IPAddress.Loopback, 1) }, new CapturedLog());
        Task running = host.RunAsync(default);
        await connection.Nats.PingAsync();
        await connection.DisposeAsync();
        await Assert.ThrowsAsync<BrokerException>(() => running.Within());
    }

    private static async Task OpenAsync(BrokerConnection broker, byte[] id, string answers)
        => await broker.PublishAsync(
            "rsh.open.web7", new SentMessage(TunnelKind.Open, 0, id), TunnelMessageFormat.Instance, default, answers);

    private static IEnumerable<byte[]> MessagesOf(string what) => what switch
    {
        "taken that was not sent" => [Message(TunnelKind.Taken, 1, 0)],
        "a number that is missing" => [Message(TunnelKind.Data, 1, 10)],
        "a huge body" => [Message(TunnelKind.Data, 0, 1_000_000)],
        "nothing" => [[]],
        _ => [[(byte)TunnelKind.Data, 0, 0]],
    };

    private static byte[] Message(TunnelKind kind, int number, int length)
    {
        byte[] message = new byte[9 + length];
        message[0] = (byte)kind;
        BitConverter.TryWriteBytes(message.AsSpan(1), (ulong)number);
        return message;
    }
}
