using Microsoft.Extensions.Logging.Abstractions;
using RemoteShell.Broker.Connections;

namespace RemoteShell.Broker.Tests;

/// <summary>A nats-server, and a proxy before it. A test is skipped if nats-server is not installed.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    private readonly List<BrokerConnection> _connections = [];

    private TestBroker(NatsServer server) => (Server, Proxy) = (server, new(server));

    public NatsServer Server { get; }

    public NatsProxy Proxy { get; }

    public static async Task<TestBroker> StartAsync()
    {
        Assert.SkipUnless(NatsServer.IsInstalled, NatsServer.Missing);
        return new(await NatsServer.StartAsync());
    }

    /// <summary>Connects directly. The connection ends with this broker.</summary>
    public Task<BrokerConnection> ConnectAsync() => ConnectAsync(Server.Url);

    /// <summary>Connects through the proxy. The connection ends with this broker.</summary>
    public Task<BrokerConnection> ConnectThroughProxyAsync() => ConnectAsync(Proxy.Url);

    public async ValueTask DisposeAsync()
    {
        foreach (BrokerConnection connection in _connections)
            await connection.DisposeAsync().Within();
        await Proxy.DisposeAsync();
        await Server.DisposeAsync();
    }

    private async Task<BrokerConnection> ConnectAsync(string url)
    {
        BrokerConnection connection = await BrokerConnection
            .ConnectAsync(new() { Url = url }, BrokerPatience.None, NullLogger.Instance)
            .Within();
        _connections.Add(connection);
        return connection;
    }
}
