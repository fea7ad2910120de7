using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests.Chatting;

public class ChatTests
{
    [Fact]
    public async Task Members_hear_messages_joins_and_leaves_of_their_own_room_only()
    {
        await using var server = new TestServer();
        await using Talker alice = await Talker.JoinAsync(server, "alice");
        await alice.HearsAsync("alice joined");
        await using Talker bob = await Talker.JoinAsync(server, "bob");
        await alice.HearsAsync("bob joined");
        await bob.HearsAsync("bob joined");
        await using Talker elsewhere = await Talker.JoinAsync(server, "carol", "another room");
        await elsewhere.HearsAsync("carol joined");

        bob.Say("hello\r\n\n  \nwörld 好 😀");
        foreach (Talker talker in (Talker[])[alice, bob])
            await talker.HearsAsync("bob said hello");
        // The end of the input also ends a line.
        bob.Leave();
        await bob.Talking.Within();
        foreach (Talker talker in (Talker[])[alice, bob])
            await talker.HearsAsync("bob said wörld 好 😀", "bob left");
        elsewhere.Say("alone\n");
        await elsewhere.HearsAsync("carol said alone");
    }

    [Fact]
    public async Task New_member_hears_the_last_lines()
    {
        await using var server = new TestServer();
        await using (Talker alice = await Talker.JoinAsync(server, "alice"))
        {
            alice.Say(string.Concat(Enumerable.Range(0, 50).Select(i => $"line {i}\n")));
            alice.Leave();
            await alice.Talking.Within();
        }

        await using Talker few = await Talker.JoinAsync(server, "bob", last: 3);
        await few.HearsAsync("alice said line 47", "alice said line 48", "alice said line 49", "alice left", "bob joined");
        await using Talker none = await Talker.JoinAsync(server, "carol", last: 0);
        await none.HearsAsync("carol joined");
    }

    [Fact]
    public async Task New_member_gets_the_names_of_the_members()
    {
        await using var server = new TestServer();
        var heard = new TaskCompletionSource<ChatMessage>();
        await using Talker alice = await Talker.JoinAsync(server, "alice");
        await alice.HearsAsync("alice joined");
        await using RemoteShellClient client = await server.ConnectAsync();
        await client.ChatAsync(new() { Last = 0, Heard = line => heard.TrySetResult(line) }).Within();
        ChatMessage joined = await heard.Task.Within();
        Assert.Equal(["alice", "test"], joined.Present!);
        Assert.Equal(2, joined.PresentCount);
    }

    [Fact]
    public async Task Member_that_does_not_read_is_dropped_without_delaying_the_others()
    {
        await using var server = new TestServer();
        await using Talker slow = await Talker.JoinAsync(server, "slow");
        await slow.HearsAsync("slow joined");
        await using Talker speaker = await Talker.JoinAsync(server, "speaker", last: 0);
        await speaker.HearsAsync("speaker joined");
        slow.IsListening.Reset();
        // The speaker sends more than the client's window and the room's buffer hold, at the highest permitted rate.
        string line = new('x', 4000);
        List<string> heard = [];
        while (heard is not [.., "slow dropped"] && heard.Count < 2000)
        {
            speaker.Say($"{line}\n");
            heard.Add(await speaker.HearsAsync());
        }

        Assert.Equal("slow dropped", heard[^1]);
        Assert.All(heard[..^1], one => Assert.Equal($"speaker said {line}", one));
        slow.IsListening.Set();
        RequestRefusedException told = await Assert.ThrowsAsync<RequestRefusedException>(() => slow.Talking.Within());
        Assert.Equal(ErrorCode.Behind, told.Code);
        Assert.Contains("dropped", told.Message);
    }

    [Fact]
    public async Task Key_can_be_denied_chat_and_notices()
    {
        await using var server = new TestServer();
        ClientOptions options = server.ClientOptions("quiet");
        using (var identity = Identity.LoadOrCreate(options.IdentityFile))
            server.AuthorizedKeys.Add($"no-chat,no-notify {identity.PublicKey} quiet");
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Assert.Equal(ErrorCode.Forbidden, (await Assert.ThrowsAsync<RequestRefusedException>(() => client.ChatAsync(new()).Within())).Code);
        RequestRefusedException refused = await Assert.ThrowsAsync<RequestRefusedException>(() => client.NotifyAsync("hello").Within());
        Assert.Equal("not allowed for this key", refused.Message);
        Assert.Equal("ask the server's administrator; the server's log says which option of the key refuses it", refused.Hint);
        Assert.Contains(
            server.Log, line => line.EndsWith($"refused by no-notify in {server.AuthorizedKeys.Path} line 2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Same_member_id_with_another_key_is_another_member()
    {
        await using var server = new TestServer();
        var own = new System.Collections.Concurrent.ConcurrentQueue<ChatMessage>();
        await using Talker alice = await Talker.JoinAsync(server, "alice");
        await alice.HearsAsync("alice joined");
        await using RemoteShellClient client = await server.ConnectAsync();
        await client.ChatAsync(new() { Member = alice.Member, Heard = own.Enqueue }).Within();
        Assert.Equal([("test", true), ("test", true)], own.Select(line => (line.Name, line.IsOwn)));
        Assert.NotEqual(alice.Member, own.First().Member);
        await alice.HearsAsync("test joined", "test left");
    }

    [Fact]
    public async Task Frame_of_many_lines_is_paced_and_drops_no_reading_member()
    {
        await using var server = new TestServer();
        await using Talker listener = await Talker.JoinAsync(server, "listener");
        await listener.HearsAsync("listener joined");
        await using Talker speaker = await Talker.JoinAsync(server, "speaker", last: 0);
        await listener.HearsAsync("speaker joined");
        speaker.Say(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i}\n")));
        for (int i = 0; i < 400; i++)
            await listener.HearsAsync($"speaker said {i}");
        // The server has sent only a small part. It continues at the pace of a reader until the speaker leaves.
        Assert.False(speaker.Talking.IsCompleted);
    }

    [Theory]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(20_000)]
    public async Task Line_of_any_length_arrives_in_parts(int length)
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        string text = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26)))), heard = "";
        foreach (string end in (string[])["", "\n"])
        {
            var says = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text + end));
            await client.ChatAsync(new() { Last = 0, Says = says, Heard = line => heard += line.Text }).Within();
        }

        Assert.Equal(text + text, heard);
    }

    [Fact]
    public async Task Bytes_that_are_not_text_arrive_as_replacement_characters()
    {
        await using var server = new TestServer();
        await using Talker listener = await Talker.JoinAsync(server, "listener");
        await listener.HearsAsync("listener joined");
        await using RemoteShellClient client = await server.ConnectAsync();
        await client.ChatAsync(new() { Says = new MemoryStream(Enumerable.Repeat((byte)0x80, 50_000).ToArray()) }).Within();
        await listener.HearsAsync("test joined");
        string heard;
        while ((heard = await listener.HearsAsync()) != "test left")
            Assert.StartsWith("test said \uFFFD", heard);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task Invalid_room_name_is_refused(string room)
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => client.ChatAsync(new() { Room = room }).Within());
        Assert.Equal(ErrorCode.BadRequest, refused.Code);
    }

    [Fact]
    public async Task Number_of_rooms_is_limited_and_empty_rooms_do_not_count()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        for (int i = 0; i < 300; i++)
            await client.ChatAsync(new() { Room = $"room {i}" }).Within();
        List<Talker> talkers = [];
        for (int i = 0; i < 256; i++)
            talkers.Add(await Talker.JoinAsync(server, $"key {i / 32}", $"held {i}"));
        foreach (Talker talker in talkers)
            await talker.HearsAsync();
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => client.ChatAsync(new() { Room = "one more" }).Within());
        Assert.Equal(ErrorCode.Limit, refused.Code);
        await using Talker tooMany = await Talker.JoinAsync(server, "key 0");
        Assert.Equal(ErrorCode.Limit, (await Assert.ThrowsAsync<RequestRefusedException>(() => tooMany.Talking.Within())).Code);
        // The limit on rooms does not apply to the lobby.
        await client.ChatAsync(new()).Within();
        foreach (Talker talker in talkers)
            await talker.DisposeAsync();
    }

    [Fact]
    public async Task Notice_reaches_all_other_connections_even_during_a_command()
    {
        await using var server = new TestServer();
        TaskCompletionSource<string> first = new(), second = new(), own = new();
        await using RemoteShellClient a = await RemoteShellClient.ConnectAsync(server.Options with { Noticed = first.SetResult }).Within();
        await using RemoteShellClient b = await RemoteShellClient.ConnectAsync(server.Options with { Noticed = second.SetResult }).Within();
        using var stop = new CancellationTokenSource();
        RemoteJob busy = await b.StartAsync(RemoteCommand.Shell("sleep 60"), new(), stop.Token).Within();
        ClientOptions options = server.Options with { Noticed = own.SetResult };
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Assert.Equal(["test", "test"], await client.NotifyAsync(" lunch\u001b[2J is\nready ").Within());
        foreach (TaskCompletionSource<string> told in (TaskCompletionSource<string>[])[first, second])
            Assert.Equal("test says: lunch\\u001b[2J is\\u000aready", await told.Task.Within());
        Assert.False(own.Task.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => busy.Completion.Within());
    }

    [Fact]
    public async Task Rate_of_notices_is_limited()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        RequestRefusedException? refused = null;
        for (int i = 0; i < 50 && refused is null; i++)
            refused = await Record.ExceptionAsync(() => client.NotifyAsync("again").Within()) as RequestRefusedException;
        Assert.Equal(ErrorCode.Limit, refused?.Code);
        // The client reports a refusal each time, even if the wait for the list sees the end of the channel first.
        for (int i = 0; i < 200; i++)
        {
            var empty = await Assert.ThrowsAsync<RequestRefusedException>(() => client.NotifyAsync(" ").Within());
            Assert.Equal(ErrorCode.BadRequest, empty.Code);
        }

        var tooLong = await Assert.ThrowsAsync<RequestRefusedException>(() => client.NotifyAsync(new string('x', 2000)).Within());
        Assert.Equal(ErrorCode.BadRequest, tooLong.Code);
    }
}
