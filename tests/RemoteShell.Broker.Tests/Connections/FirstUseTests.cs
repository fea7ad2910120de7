using RemoteShell.Broker.Connections;
using RemoteShell.Broker.Presence;

namespace RemoteShell.Broker.Tests.Connections;

/// <summary>Programs that are the first ones at a broker, at the same time: one makes what is missing, and all can use it.</summary>
public sealed class FirstUseTests
{
    private const int AtOnce = 64;

    private static readonly int Rounds = TestSize.Of(normal: 15, full: 200);

    [Fact]
    public Task Streams_can_be_made_by_many_at_once() => AllCanAsync(connection => connection.MakeStreamsAsync());

    [Fact]
    public Task Directory_can_be_made_by_many_at_once() => AllCanAsync(connection => HostDirectory.OpenAsync(connection));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public Task Streams_can_be_made_if_an_answer_is_lost(int lost)
        => CanWithoutAnswerAsync(lost, connection => connection.MakeStreamsAsync());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public Task Directory_can_be_made_if_an_answer_is_lost(int lost)
        => CanWithoutAnswerAsync(lost, connection => HostDirectory.OpenAsync(connection));

    private static async Task CanWithoutAnswerAsync(int lost, Func<BrokerConnection, Task> use)
    {
        await using TestBroker broker = await TestBroker.StartAsync();
        BrokerConnection connection = await broker.ConnectThroughProxyAsync();
        int answers = 0;
        broker.Proxy.Faults = new() { Lost = 1, Concerns = _ => ++answers == lost };

        await use(connection).Within();

        Assert.True(answers > lost);
    }

    private static async Task AllCanAsync(Func<BrokerConnection, Task> use)
    {
        for (int round = 0; round < Rounds; round++)
        {
            await using TestBroker broker = await TestBroker.StartAsync();
            var connections = new List<BrokerConnection>();
            while (connections.Count < AtOnce)
                connections.Add(await broker.ConnectAsync());
            await Task.WhenAll(connections.Select(connection => Task.Run(() => use(connection)))).Within();
        }
    }
}
