using System.Text;
using System.Text.Json;
using RemoteShell.Protocol.Recordings;

namespace RemoteShell.Protocol.Tests.Recordings;

public class AsciicastTests
{
    [Fact]
    public void What_was_shown_is_played_also_where_a_character_was_cut()
    {
        using var file = new MemoryStream();
        using var cast = new Asciicast(file, new("xterm", 80, 24), "login shell", _ => { }, "somebody");
        byte[] shown = Encoding.UTF8.GetBytes("a \"quoted\" \\ 中文 😀\u001b[1m\u0007\r\n");
        foreach (byte one in shown)
            cast.Show([one]);
        cast.Resize(100, 30);
        cast.Resize(100, 30);
        cast.Exit(3);
        string[] lines = Encoding.UTF8.GetString(file.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => JsonDocument.Parse(line).Dispose());
        JsonElement header = JsonDocument.Parse(lines[0]).RootElement;
        Assert.Equal((3, 80, 24, "xterm"), (header.GetProperty("version").GetInt32(), header.GetProperty("term").GetProperty("cols").GetInt32(), header.GetProperty("term").GetProperty("rows").GetInt32(), header.GetProperty("term").GetProperty("type").GetString()));
        AsciicastEvent[] events = [.. AsciicastReader.Read(new StringReader(string.Join('\n', lines)))];
        Assert.Equal(Encoding.UTF8.GetString(shown), string.Concat(events.Where(one => one.Kind == "o").Select(one => one.Data)));
        Assert.Equal("100x30", Assert.Single(events, one => one.Kind == "r").Data);
        Assert.Equal("3", events[^1].Data);
        Assert.All(events, one => Assert.InRange(one.Interval, 0, 60));
    }

    [Fact]
    public void Bytes_that_are_no_text_become_the_replacement_character()
    {
        using var file = new MemoryStream();
        using var cast = new Asciicast(file, new("xterm", 80, 24), "x", _ => { });
        cast.Show([0xFF, (byte)'a']);
        Assert.Contains("\uFFFDa", Encoding.UTF8.GetString(file.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_that_is_full_is_told_once_and_nothing_fails()
    {
        int told = 0;
        using var cast = new Asciicast(new FullStream(), new("xterm", 80, 24), "x", _ => told++);
        cast.Show("a"u8);
        cast.Resize(1, 1);
        cast.Exit(0);
        Assert.Equal(1, told);
    }

    [Fact]
    public void Version_2_counts_from_the_beginning()
    {
        AsciicastEvent[] events = [.. AsciicastReader.Read(new StringReader("{\"version\":2,\"width\":80,\"height\":24}\n[1.5,\"o\",\"a\"]\n[4.0,\"o\",\"b\"]\n"))];
        Assert.Equal([1.5, 2.5], events.Select(one => one.Interval));
    }

    [Theory]
    [InlineData("", "not a recording")]
    [InlineData("hello", "not a recording")]
    [InlineData("{\"version\":1}", "version 1")]
    [InlineData("{\"version\":3}\n[1,\"o\"", "line 2")]
    [InlineData("{\"version\":3}\n[-1,\"o\",\"x\"]", "line 2")]
    [InlineData("{\"version\":3}\n{}", "line 2")]
    public void What_is_no_recording_is_said_to_be_none(string text, string expected)
        => Assert.Contains(expected, Assert.Throws<FormatException>(() => AsciicastReader.Read(new StringReader(text)).Count()).Message, StringComparison.Ordinal);

    private sealed class FullStream : MemoryStream
    {
        public override void Flush() => throw new IOException("no space left on device");
    }
}
