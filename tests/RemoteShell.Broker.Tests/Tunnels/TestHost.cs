using System.Net;
using RemoteShell.Broker.Connections;
using RemoteShell.Broker.Tunnels;

namespace RemoteShell.Broker.Tests.Tunnels;

/// <summary>A host named <c>web7</c> behind a broker, whose server sends back what it gets.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    public const string Name = "web7";

    private static readonly TimeSpan DialLimit = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    private TestHost(BrokerConnection broker, TunnelHostOptions options)
    {
        Host = new(broker, options, Log);
        _running = Host.RunAsync(_stopping.Token);
    }

    public TunnelHost Host { get; }

    public CapturedLog Log { get; } = new();

    public static TestHost Start(BrokerConnection broker, EndPoint server, int maxTunnels = 1024)
        => new(broker, new() { Name = Name, Server = server, MaxTunnels = maxTunnels, Times = TestTimes.Short });

    /// <summary>Starts a host, and waits until it answers.</summary>
    public static async Task<TestHost> StartAsync(BrokerConnection broker, EchoServer server, int maxTunnels = 1024)
    {
        TestHost host = Start(broker, server.Address, maxTunnels);
        // The broker knows the subscriptions when it has answered.
        await broker.Nats.PingAsync();
        return host;
    }

    public static Task<TunnelStream> DialAsync(BrokerConnection broker)
        => TunnelDialer.DialAsync(broker, Name, DialLimit, TestTimes.Short).Within();

    /// <summary>Sends bytes of a seed through a new tunnel, and checks that the same bytes come back.</summary>
    public static async Task EchoAsync(BrokerConnection broker, int seed = 1, int maxLength = 1_000_000)
    {
        await using TunnelStream tunnel = await DialAsync(broker);
        await EchoAsync(tunnel, seed, maxLength);
    }

    public static async Task EchoAsync(TunnelStream tunnel, int seed = 1, int maxLength = 1_000_000)
    {
        var bytes = new RandomBytes(seed, maxLength);
        await Task.WhenAll(bytes.SendAsync(tunnel), bytes.ReceiveAsync(tunnel)).Within();
    }

    /// <summary>Ends it. Throws what it has ended with.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _running.Within();
        Assert.Equal(0, Host.Count);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }
}
