using System.Net;

namespace RemoteShell.Client.Tests.Chatting;

/// <summary>A conversation continues after lost connections: each line is sent once and heard once, in order.</summary>
public class ChatCutTests
{
    private const int Lines = 150;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Lines_are_heard_once_and_in_order_over_a_connection_that_is_cut_often(int seed)
    {
        await using var server = new TestServer();
        await using var relay = new TcpRelay(server.Address);
        var random = new Random(seed);
        // A handshake takes about 3 kB.
        relay.Budget = connection => connection < 12 ? 4000 + random.Next(12_000) : long.MaxValue;
        await using Talker listener = await Talker.JoinAsync(server, "listener");
        await listener.HearsAsync("listener joined");
        await using Talker speaker = await Talker.JoinAsync(server, "speaker", last: 0, configure: options => options with
        {
            Host = new(IPAddress.Loopback.ToString(), relay.Address.Port),
        });
        for (int i = 0; i < Lines; i++)
            speaker.Say($"line {i} {new string('x', random.Next(300))}\n");
        speaker.Leave();
        await speaker.Talking.Within(TimeSpan.FromSeconds(60));

        foreach (Talker talker in (Talker[])[listener, speaker])
        {
            for (int next = 0; next < Lines;)
            {
                string heard = await talker.HearsAsync();
                if (heard.StartsWith("speaker said ", StringComparison.Ordinal))
                    Assert.StartsWith($"speaker said line {next++} ", heard);
            }
        }

        Assert.Equal(0, speaker.Missed);
        Assert.True(relay.Connections > 3, $"{relay.Connections} connections");
    }

    [Fact]
    public async Task New_connection_replaces_a_dead_one_that_the_server_still_considers_alive()
    {
        await using var server = new TestServer(options => options with { KeepaliveTimeout = TimeSpan.FromMinutes(10) });
        await using var relay = new TcpRelay(server.Address);
        await using Talker listener = await Talker.JoinAsync(server, "listener");
        await listener.HearsAsync("listener joined");
        await using Talker speaker = await Talker.JoinAsync(server, "speaker", configure: options => options with
        {
            Host = new(IPAddress.Loopback.ToString(), relay.Address.Port),
            Connection = options.Connection with
            {
                KeepaliveInterval = TimeSpan.FromMilliseconds(100),
                KeepaliveTimeout = TimeSpan.FromMilliseconds(500),
            },
        });
        await listener.HearsAsync("speaker joined");
        speaker.Say("before\n");
        await listener.HearsAsync("speaker said before");
        relay.Stall();
        speaker.Say("meanwhile\n");
        relay.GoOnNewOnes();
        // The server considers the old connection alive, so it reports neither a leave nor a join.
        await listener.HearsAsync("speaker said meanwhile");
    }

    [Fact]
    public async Task Member_that_finished_speaking_is_dropped_when_it_reads_too_slowly()
    {
        await using var server = new TestServer();
        await using Talker leaving = await Talker.JoinAsync(server, "leaving");
        await leaving.HearsAsync("leaving joined");
        await using Talker speaker = await Talker.JoinAsync(server, "speaker", last: 0);
        await speaker.HearsAsync("speaker joined");
        leaving.IsListening.Reset();
        string line = new('x', 4000);
        // These lines are more than the client's window holds and less than the room's buffer holds.
        for (int i = 0; i < 40; i++)
        {
            speaker.Say($"{line}\n");
            await speaker.HearsAsync();
        }

        leaving.Leave();
        await speaker.HearsAsync("leaving left");
        for (int i = 0; i < 80; i++)
        {
            speaker.Say($"{line}\n");
            await speaker.HearsAsync();
        }

        leaving.IsListening.Set();
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => leaving.Talking.Within());
        Assert.Equal(RemoteShell.Protocol.ErrorCode.Behind, refused.Code);
    }

    [Fact]
    public async Task Conversation_continues_in_an_empty_room_after_a_server_restart()
    {
        await using var server = new TestServer();
        await using Talker speaker = await Talker.JoinAsync(server, "speaker");
        speaker.Say("before\n");
        await speaker.HearsAsync("speaker joined", "speaker said before");
        await server.RestartAsync();
        speaker.Say("after\n");
        await speaker.HearsAsync("speaker joined", "speaker said after");
        Assert.Equal(1, speaker.Missed);
    }
}
