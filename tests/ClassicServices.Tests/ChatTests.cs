using System.Text;
using System.Text.RegularExpressions;

namespace ClassicServices.Tests;

public class ChatTests
{
    [Fact]
    public async Task A_message_reaches_all_peers_and_its_sender()
    {
        await using var server = RunningServices.Start("chat");
        using RawClient alice = await server.ConnectAsync(), bob = await server.ConnectAsync();
        await Waiting.Until(() => server.Connected == 2, "both peers are connected");
        await alice.SendAsync("hello 好\n");
        string expected = $@"^\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{{6}} {Regex.Escape(alice.Address.ToString())} hello 好\n$";
        foreach (RawClient client in (RawClient[])[alice, bob])
            Assert.Matches(expected, await client.ReadLineAsync());
    }

    [Fact]
    public async Task A_message_without_time_is_address_and_text_and_gets_no_newline()
    {
        await using var server = RunningServices.Start("chat", noTime: true);
        using RawClient alice = await server.ConnectAsync();
        await alice.SendAsync("hello");
        await alice.SeesAsync($"{alice.Address} hello");
        await alice.SendAsync("one\ntwo\n");
        await alice.SeesAsync($"{alice.Address} one\n{alice.Address} two\n");
    }

    [Fact]
    public async Task A_line_that_arrives_byte_by_byte_is_one_message()
    {
        await using var server = RunningServices.Start("chat", noTime: true, gap: RunningServices.LongGap);
        using RawClient alice = await server.ConnectAsync();
        await alice.TrickleAsync(Encoding.UTF8.GetBytes("über\n"));
        await alice.SeesAsync($"{alice.Address} über\n");
    }

    [Theory]
    [InlineData("quit")]
    [InlineData("quit\r\n")]
    public async Task Quit_closes_the_connection(string goodbye)
    {
        await using var server = RunningServices.Start("chat");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(goodbye);
        Assert.Empty(await client.ReadToEndAsync());
        await Waiting.Until(() => server.Connected == 0, "all peers have left");
    }

    [Fact]
    public async Task A_peer_that_does_not_read_is_dropped_and_the_others_miss_nothing()
    {
        await using var server = RunningServices.Start("chat", noTime: true, gap: RunningServices.LongGap);
        using RawClient slow = await server.ConnectAsync(), speaker = await server.ConnectAsync();
        await Waiting.Until(() => server.Connected == 2, "both peers are connected");
        string line = $"{speaker.Address} {new string('x', 60_000)}\n";
        bool isDropped = false;
        for (int i = 0; !isDropped && i < 5_000; i++)
        {
            await speaker.SendAsync($"{new string('x', 60_000)}\n");
            string received = await speaker.ReadLineAsync();
            isDropped = received == $"{slow.Address} was dropped: it reads too slowly\n";
            if (!isDropped)
                Assert.Equal(line, received);
        }

        Assert.True(isDropped);
        await Waiting.Until(() => server.Connected == 1, "the slow peer is dropped");
        await speaker.SendAsync("still here\n");
        for (string received = ""; received != $"{speaker.Address} still here\n"; received = await speaker.ReadLineAsync())
            Assert.True(received.Length == 0 || received == line);
    }

    [Fact]
    public async Task Messages_sent_before_leaving_still_come_back()
    {
        await using var server = RunningServices.Start("chat", noTime: true);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("a\nb\nc\n");
        client.EndSending();
        string received = Encoding.UTF8.GetString(await client.ReadToEndAsync());
        Assert.Equal($"{client.Address} a\n{client.Address} b\n{client.Address} c\n", received);
    }

    [Fact]
    public async Task A_burst_of_thousands_of_lines_reaches_all_peers_that_read()
    {
        await using var server = RunningServices.Start("chat", noTime: true, gap: RunningServices.LongGap);
        using RawClient speaker = await server.ConnectAsync(), listener = await server.ConnectAsync();
        await Waiting.Until(() => server.Connected == 2, "both peers are connected");
        Task sending = speaker.SendAsync(string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i}\n")));
        await Task.WhenAll(ReceiveAsync(speaker), ReceiveAsync(listener));
        await sending;

        async Task ReceiveAsync(RawClient client)
        {
            for (int i = 0; i < 5000; i++)
                Assert.Equal($"{speaker.Address} {i}\n", await client.ReadLineAsync());
        }
    }

    [Fact]
    public async Task A_peer_that_leaves_is_not_reported_as_slow()
    {
        await using var server = RunningServices.Start("chat", noTime: true, gap: RunningServices.LongGap);
        using RawClient speaker = await server.ConnectAsync();
        for (int i = 0; i < 20; i++)
        {
            using RawClient leaving = await server.ConnectAsync();
            await Waiting.Until(() => server.Connected > i / 20, "the peer is connected");
            await leaving.SendAsync("quit\n");
            await speaker.SendAsync($"{i}\n");
            await speaker.SeesAsync($"{speaker.Address} {i}\n");
        }
    }

    [Fact]
    public async Task A_character_cut_in_two_stays_one_however_late_the_rest_is()
    {
        await using var server = RunningServices.Start("chat", noTime: true, gap: TimeSpan.FromMilliseconds(1));
        using RawClient client = await server.ConnectAsync();
        byte[] you = Encoding.UTF8.GetBytes("你");
        await client.SendAsync([(byte)'a', .. you[..2]]);
        // Much longer than the gap: a pause does not end a character.
        await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        await client.SendAsync([you[2], (byte)'\n']);
        await client.SeesAsync($"{client.Address} a你\n");
    }
}
