using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ClassicServices.Server;
using ClassicServices.Server.Hosting;
using ClassicServices.Wire;

namespace ClassicServices.Tests;

/// <summary>The services that take any message, however the network cuts it.</summary>
public class TextTests
{
    private const string Day = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
    private const string Month = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
    private const string Stamp = $@"^\[{Day} {Month} [ 1-3]\d \d\d:\d\d:\d\d \d{{4}}\] ";

    private static Encoding Gbk => Characters.Gbk;

    [Fact]
    public async Task Upper_answers_a_message_and_a_line_and_keeps_the_newline()
    {
        await using var server = RunningServices.Start("upper");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("hello");
        await client.SeesAsync("HELLO");
        await client.SendAsync("a line\nanother\r\nühr 😀\n");
        await client.SeesAsync("A LINE\nANOTHER\r\nÜHR 😀\n");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Upper_keeps_a_character_whole_wherever_it_is_cut(int cut)
    {
        await using var server = RunningServices.Start("upper");
        using RawClient client = await server.ConnectAsync();
        byte[] smile = Encoding.UTF8.GetBytes("😀");
        await client.SendAsync(smile[..cut]);
        await client.SendAsync([.. smile[cut..], .. Encoding.UTF8.GetBytes("é")]);
        await client.SeesAsync("😀É");
        await client.TrickleAsync(Encoding.UTF8.GetBytes("straße 好的 😀 ende"));
        await client.SeesAsync("STRASSE 好的 😀 ENDE");
    }

    [Fact]
    public async Task Upper_replaces_bytes_that_are_not_text_and_continues()
    {
        await using var server = RunningServices.Start("upper");
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync([0xFF, 0xC3, (byte)'(', (byte)'a', 0xC3]);
        await client.SeesAsync("\uFFFD\uFFFD(A");
        client.EndSending();
        Assert.Equal("\uFFFD", Encoding.UTF8.GetString(await client.ReadToEndAsync()));
    }

    [Fact]
    public async Task Reply_answers_in_gbk_and_waits_for_whole_characters()
    {
        await using var server = RunningServices.Start("reply");
        using RawClient client = await server.ConnectAsync();
        byte[] answer = Gbk.GetBytes("好的,我是服务端");
        await client.SendAsync(Gbk.GetBytes("你好"));
        Assert.Equal(answer, await client.ReadAsync(answer.Length));
        // The second byte of this character is the first byte of others.
        byte[] message = Gbk.GetBytes("丂");
        await client.SendAsync(message[..1]);
        await client.SendAsync(message[1..]);
        Assert.Equal(answer, await client.ReadAsync(answer.Length));
        client.EndSending();
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Reply_can_restart_on_its_port_at_once()
    {
        int port = 0;
        await using (ClassicHost first = StartOnOwnPort(ref port))
        {
            using RawClient client = await RawClient.ConnectAsync(new(IPAddress.Loopback, port));
            await client.SendAsync("a");
            await client.ReadAsync(15);
        }

        // The server closed first, so that its end of the connection lingers in TIME_WAIT.
        await using ClassicHost again = StartOn(port);
        Assert.Throws<IOException>(() => StartOn(port));
    }

    // A port that the system does not pick for other sockets in the meantime.
    private static ClassicHost StartOnOwnPort(ref int port)
    {
        while (true)
        {
            try
            {
                port = Random.Shared.Next(10_000, 30_000);
                return StartOn(port);
            }
            catch (IOException)
            {
                // The port is taken.
            }
        }
    }

    private static ClassicHost StartOn(int port)
        => ClassicHost.Start(new()
        {
            Services = [ServiceTable.Find("reply")],
            Ports = new Dictionary<string, int> { ["reply"] = port },
        });

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task Time_precedes_the_message_over_IPv4_and_IPv6(AddressFamily family)
    {
        await using var server = RunningServices.Start("time");
        using RawClient client = await server.ConnectAsync(family);
        await client.SendAsync("hello");
        Assert.Matches(Stamp + "hello$", Encoding.UTF8.GetString(await client.ReadAsync(32)));
        byte[] cut = Encoding.UTF8.GetBytes("好");
        await client.SendAsync(cut[..1]);
        await client.SendAsync(cut[1..]);
        Assert.Matches(Stamp + "好$", Encoding.UTF8.GetString(await client.ReadAsync(30)));
        client.EndSending();
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Time_line_takes_one_line_in_any_pieces_and_closes()
    {
        await using var server = RunningServices.Start("time-line");
        using RawClient client = await server.ConnectAsync();
        await client.TrickleAsync(Encoding.UTF8.GetBytes("a line with 好 in it\r\n"));
        Assert.Matches(Stamp + "a line with 好 in it\r\n$", Encoding.UTF8.GetString(await client.ReadToEndAsync()));

        using RawClient hasty = await server.ConnectAsync();
        await hasty.SendAsync("first\r\nsecond\r\n");
        Assert.Matches(Stamp + "first\r\n$", Encoding.UTF8.GetString(await hasty.ReadToEndAsync()));
    }

    [Fact]
    public async Task Time_async_adds_a_space_and_serves_connections_in_parallel()
    {
        await using var server = RunningServices.Start("time-async");
        using RawClient silent = await server.ConnectAsync();
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("hello");
        Assert.Matches(Stamp + "hello $", Encoding.UTF8.GetString(await client.ReadAsync(33)));
        await silent.SendAsync("x");
        Assert.Matches(Stamp + "x $", Encoding.UTF8.GetString(await silent.ReadAsync(29)));
    }

    [Theory]
    [InlineData("2016-09-30T16:26:40", "Fri Sep 30 16:26:40 2016")]
    [InlineData("2016-10-01T06:06:04", "Sat Oct  1 06:06:04 2016")]
    public void CTime_formats_a_time_as_ctime_does(string time, string written)
        => Assert.Equal(written, CTime.Format(DateTime.Parse(time, CultureInfo.InvariantCulture)));

    [Fact]
    public async Task Ack_acknowledges_messages_and_closes_a_silent_connection()
    {
        await using var server = RunningServices.Start("ack", idleTimeout: TimeSpan.FromMilliseconds(300));
        using RawClient client = await server.ConnectAsync();
        for (int i = 0; i < 5; i++)
        {
            await client.SendAsync("anything");
            await client.SeesAsync("ACK");
        }

        Assert.Empty(await client.ReadToEndAsync());
        await Waiting.Until(() => server.Connected == 0, "all peers have left");
    }
}
