using RemoteShell.Protocol;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Tests.Chatting;

public class ChatTests
{
    [Fact]
    public async Task Everybody_in_a_room_hears_what_one_says_and_who_comes_and_goes()
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
        // The end of what is said ends a line as well.
        bob.Leave();
        await bob.Talking.Within();
        foreach (Talker talker in (Talker[])[alice, bob])
            await talker.HearsAsync("bob said wörld 好 😀", "bob left");
        elsewhere.Say("alone\n");
        await elsewhere.HearsAsync("carol said alone");
    }

    [Fact]
    public async Task Whoever_joins_hears_the_last_lines()
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
    public async Task Who_joins_is_told_who_is_there()
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
    public async Task One_who_does_not_read_is_dropped_and_told_and_nobody_waits_for_it()
    {
        await using var server = new TestServer();
        await using Talker slow = await Talker.JoinAsync(server, "slow");
        await slow.HearsAsync("slow joined");
        await using Talker speaker = await Talker.JoinAsync(server, "speaker", last: 0);
        await speaker.HearsAsync("speaker joined");
        slow.IsListening.Reset();
        // More than the client's window and all that the room keeps, as fast as one may speak.
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
    public async Task A_key_can_be_denied_to_chat_and_to_notify()
    {
        await using var server = new TestServer();
        ClientOptions options = server.ClientOptions("quiet");
        using (var identity = Identity.LoadOrCreate(options.IdentityFile))
            server.AuthorizedKeys.Add($"no-chat,no-notify {identity.PublicKey} quiet");
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(options).Within();
        Assert.Equal(ErrorCode.Forbidden, (await Assert.ThrowsAsync<RequestRefusedException>(() => client.ChatAsync(new()).Within())).Code);
        RequestRefusedException refused = await Assert.ThrowsAsync<RequestRefusedException>(() => client.NotifyAsync("hello").Within());
        Assert.Equal(("this key may not notify here", "ask the server's administrator to remove no-notify from the key's options"), (refused.Message, refused.Hint));
    }

    [Fact]
    public async Task Nobody_can_be_taken_for_another_by_the_name_of_its_member()
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
    public async Task One_frame_of_ten_thousand_lines_is_paced_and_drops_nobody_who_reads()
    {
        await using var server = new TestServer();
        await using Talker listener = await Talker.JoinAsync(server, "listener");
        await listener.HearsAsync("listener joined");
        await using Talker speaker = await Talker.JoinAsync(server, "speaker", last: 0);
        await listener.HearsAsync("speaker joined");
        speaker.Say(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i}\n")));
        for (int i = 0; i < 400; i++)
            await listener.HearsAsync($"speaker said {i}");
        // Far from all of it: it goes on as fast as people read, until one leaves.
        Assert.False(speaker.Talking.IsCompleted);
    }

    [Theory]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(20_000)]
    public async Task A_line_of_any_length_is_said_in_parts(int length)
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        string text = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26)))), heard = "";
        foreach (string end in (string[])["", "\n"])
            await client.ChatAsync(new() { Last = 0, Says = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text + end)), Heard = line => heard += line.Text }).Within();
        Assert.Equal(text + text, heard);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_harm_nobody()
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
    public async Task A_room_has_a_name_that_people_can_read(string room)
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        Assert.Equal(ErrorCode.BadRequest, (await Assert.ThrowsAsync<RequestRefusedException>(() => client.ChatAsync(new() { Room = room }).Within())).Code);
    }

    [Fact]
    public async Task Nobody_can_fill_the_server_with_rooms_and_empty_ones_make_place()
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
        Assert.Equal(ErrorCode.Limit, (await Assert.ThrowsAsync<RequestRefusedException>(() => client.ChatAsync(new() { Room = "one more" }).Within())).Code);
        await using Talker tooMany = await Talker.JoinAsync(server, "key 0");
        Assert.Equal(ErrorCode.Limit, (await Assert.ThrowsAsync<RequestRefusedException>(() => tooMany.Talking.Within())).Code);
        // The lobby is everybody's.
        await client.ChatAsync(new()).Within();
        foreach (Talker talker in talkers)
            await talker.DisposeAsync();
    }

    [Fact]
    public async Task A_notice_is_shown_to_everybody_else_whatever_they_do()
    {
        await using var server = new TestServer();
        var (first, second, own) = (new TaskCompletionSource<string>(), new TaskCompletionSource<string>(), new TaskCompletionSource<string>());
        await using RemoteShellClient a = await RemoteShellClient.ConnectAsync(server.Options with { Noticed = first.SetResult }).Within();
        await using RemoteShellClient b = await RemoteShellClient.ConnectAsync(server.Options with { Noticed = second.SetResult }).Within();
        using var stop = new CancellationTokenSource();
        RemoteJob busy = await b.StartAsync(RemoteCommand.Shell("sleep 60"), new(), stop.Token).Within();
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(server.Options with { Noticed = own.SetResult }).Within();
        Assert.Equal(["test", "test"], await client.NotifyAsync(" lunch\u001b[2J is\nready ").Within());
        foreach (TaskCompletionSource<string> told in (TaskCompletionSource<string>[])[first, second])
            Assert.Equal("test says: lunch\\u001b[2J is\\u000aready", await told.Task.Within());
        Assert.False(own.Task.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => busy.Completion.Within());
    }

    [Fact]
    public async Task Nobody_can_flood_the_others_with_notices()
    {
        await using var server = new TestServer();
        await using RemoteShellClient client = await server.ConnectAsync();
        RequestRefusedException? refused = null;
        for (int i = 0; i < 50 && refused is null; i++)
            refused = await Record.ExceptionAsync(() => client.NotifyAsync("again").Within()) as RequestRefusedException;
        Assert.Equal(ErrorCode.Limit, refused?.Code);
        // Told as a refusal each time, also where the list that would come notices the channel's end first.
        for (int i = 0; i < 200; i++)
            Assert.Equal(ErrorCode.BadRequest, (await Assert.ThrowsAsync<RequestRefusedException>(() => client.NotifyAsync(" ").Within())).Code);
        Assert.Equal(ErrorCode.BadRequest, (await Assert.ThrowsAsync<RequestRefusedException>(() => client.NotifyAsync(new string('x', 2000)).Within())).Code);
    }
}
