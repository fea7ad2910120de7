using System.Net;

namespace RemoteShell.Client.Tests.Chatting;

/// <summary>A conversation goes on over connections that are lost: each line is said once, heard once, and in order.</summary>
public class ChatCutTests
{
    private const int Lines = 150;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task What_is_said_over_a_link_that_is_cut_again_and_again_is_heard_once_and_in_order(int seed)
    {
        await using var server = new TestServer();
        await using var relay = new TcpRelay(server.Address);
        var random = new Random(seed);
        // A handshake takes some 3 kB.
        relay.Budget = connection => connection < 12 ? 4000 + random.Next(12_000) : long.MaxValue;
        await using Talker listener = await Talker.JoinAsync(server, "listener");
        await listener.HearsAsync("listener joined");
        await using Talker speaker = await Talker.JoinAsync(server, "speaker", last: 0, configure: options => options with { Host = new(IPAddress.Loopback.ToString(), relay.Address.Port) });
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
    public async Task A_connection_that_is_dead_and_does_not_know_it_gives_its_place_up()
    {
        await using var server = new TestServer(options => options with { KeepaliveTimeout = TimeSpan.FromMinutes(10) });
        await using var relay = new TcpRelay(server.Address);
        await using Talker listener = await Talker.JoinAsync(server, "listener");
        await listener.HearsAsync("listener joined");
        await using Talker speaker = await Talker.JoinAsync(server, "speaker", configure: options => options with
        {
            Host = new(IPAddress.Loopback.ToString(), relay.Address.Port),
            Connection = options.Connection with { KeepaliveInterval = TimeSpan.FromMilliseconds(100), KeepaliveTimeout = TimeSpan.FromMilliseconds(500) },
        });
        await listener.HearsAsync("speaker joined");
        speaker.Say("before\n");
        await listener.HearsAsync("speaker said before");
        relay.Stall();
        speaker.Say("meanwhile\n");
        relay.GoOnNewOnes();
        // The server takes the old connection for alive: nobody has left, and nobody joins.
        await listener.HearsAsync("speaker said meanwhile");
    }

    [Fact]
    public async Task One_who_has_said_all_and_reads_slowly_is_dropped_and_told_as_well()
    {
        await using var server = new TestServer();
        await using Talker leaving = await Talker.JoinAsync(server, "leaving");
        await leaving.HearsAsync("leaving joined");
        await using Talker speaker = await Talker.JoinAsync(server, "speaker", last: 0);
        await speaker.HearsAsync("speaker joined");
        leaving.IsListening.Reset();
        string line = new('x', 4000);
        // More than the client's window, less than what the room keeps.
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
        Assert.Equal(RemoteShell.Protocol.ErrorCode.Behind, (await Assert.ThrowsAsync<RequestRefusedException>(() => leaving.Talking.Within())).Code);
    }

    [Fact]
    public async Task A_server_that_was_started_anew_has_an_empty_room_and_the_conversation_goes_on()
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
