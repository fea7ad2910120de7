using System.Text;

namespace ClassicServices.Tests;

public class ChatTests
{
    [Fact]
    public async Task Everybody_hears_what_one_says_the_speaker_too()
    {
        await using var server = RunningServices.Start("chat");
        using RawClient alice = await server.ConnectAsync(), bob = await server.ConnectAsync();
        await Waiting.Until(() => server.Present == 2, "both are there");
        await alice.SendAsync("hello 好\n");
        foreach (RawClient client in (RawClient[])[alice, bob])
            Assert.Matches($@"^\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{{6}} {alice.Address} hello 好\n$".Replace(".0.0.", @"\.0\.0\.", StringComparison.Ordinal), await client.ReadLineAsync());
    }

    [Fact]
    public async Task Without_the_time_a_message_is_address_and_text_and_keeps_having_no_newline()
    {
        await using var server = RunningServices.Start("chat", noTime: true);
        using RawClient alice = await server.ConnectAsync();
        await alice.SendAsync("hello");
        await alice.SeesAsync($"{alice.Address} hello");
        await alice.SendAsync("one\ntwo\n");
        await alice.SeesAsync($"{alice.Address} one\n{alice.Address} two\n");
    }

    [Fact]
    public async Task A_line_that_comes_byte_by_byte_is_one_message()
    {
        await using var server = RunningServices.Start("chat", noTime: true, gap: RunningServices.Lines);
        using RawClient alice = await server.ConnectAsync();
        await alice.TrickleAsync(Encoding.UTF8.GetBytes("über\n"));
        await alice.SeesAsync($"{alice.Address} über\n");
    }

    [Theory]
    [InlineData("quit")]
    [InlineData("quit\r\n")]
    public async Task Quit_leaves(string farewell)
    {
        await using var server = RunningServices.Start("chat");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync(farewell);
        Assert.Empty(await client.ReadToEndAsync());
        await Waiting.Until(() => server.Present == 0, "nobody is there");
    }

    [Fact]
    public async Task One_who_does_not_read_is_dropped_and_the_others_hear_everything_and_of_that()
    {
        await using var server = RunningServices.Start("chat", noTime: true, gap: RunningServices.Lines);
        using RawClient slow = await server.ConnectAsync(), speaker = await server.ConnectAsync();
        await Waiting.Until(() => server.Present == 2, "both are there");
        string line = $"{speaker.Address} {new string('x', 60_000)}\n";
        bool isDropped = false;
        for (int i = 0; !isDropped && i < 5_000; i++)
        {
            await speaker.SendAsync($"{new string('x', 60_000)}\n");
            string heard = await speaker.ReadLineAsync();
            isDropped = heard == $"{slow.Address} was dropped: it reads too slowly\n";
            if (!isDropped)
                Assert.Equal(line, heard);
        }

        Assert.True(isDropped);
        await Waiting.Until(() => server.Present == 1, "the slow one is gone");
        await speaker.SendAsync("still here\n");
        for (string heard = ""; heard != $"{speaker.Address} still here\n"; heard = await speaker.ReadLineAsync())
            Assert.True(heard.Length == 0 || heard == line);
    }

    [Fact]
    public async Task What_was_said_before_leaving_still_comes_back()
    {
        await using var server = RunningServices.Start("chat", noTime: true);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("a\nb\nc\n");
        client.EndSending();
        Assert.Equal($"{client.Address} a\n{client.Address} b\n{client.Address} c\n", Encoding.UTF8.GetString(await client.ReadToEndAsync()));
    }

    [Fact]
    public async Task A_burst_of_thousands_of_lines_reaches_everybody_who_reads()
    {
        await using var server = RunningServices.Start("chat", noTime: true, gap: RunningServices.Lines);
        using RawClient speaker = await server.ConnectAsync(), listener = await server.ConnectAsync();
        await Waiting.Until(() => server.Present == 2, "both are there");
        Task said = speaker.SendAsync(string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i}\n")));
        foreach (Task heard in (Task[])[HearAsync(speaker), HearAsync(listener)])
            await heard;
        await said;

        async Task HearAsync(RawClient client)
        {
            for (int i = 0; i < 5000; i++)
                Assert.Equal($"{speaker.Address} {i}\n", await client.ReadLineAsync());
        }
    }

    [Fact]
    public async Task One_who_leaves_is_not_said_to_be_slow()
    {
        await using var server = RunningServices.Start("chat", noTime: true, gap: RunningServices.Lines);
        using RawClient speaker = await server.ConnectAsync();
        for (int i = 0; i < 20; i++)
        {
            using RawClient leaving = await server.ConnectAsync();
            await Waiting.Until(() => server.Present > i / 20, "it is there");
            await leaving.SendAsync("quit\n");
            await speaker.SendAsync($"{i}\n");
            await speaker.SeesAsync($"{speaker.Address} {i}\n");
        }
    }

    [Fact]
    public async Task A_character_that_is_cut_in_two_is_one_however_long_the_rest_takes()
    {
        await using var server = RunningServices.Start("chat", noTime: true, gap: TimeSpan.FromMilliseconds(1));
        using RawClient client = await server.ConnectAsync();
        byte[] you = Encoding.UTF8.GetBytes("你");
        await client.SendAsync([(byte)'a', .. you[..2]]);
        // Far longer than the gap: a pause is no end of a character.
        await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        await client.SendAsync([you[2], (byte)'\n']);
        await client.SeesAsync($"{client.Address} a你\n");
    }
}
