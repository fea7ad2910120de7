using System.Text;
using System.Text.Json;
using RemoteShell.Protocol.Recordings;

namespace RemoteShell.Protocol.Tests.Recordings;

public class AsciicastTests
{
    [Fact]
    public void Recorded_output_is_played_even_if_a_character_was_split()
    {
        using var file = new MemoryStream();
        using var cast = new Asciicast(file, new("xterm", 80, 24), "login shell", _ => { }, "alice");
        byte[] shown = Encoding.UTF8.GetBytes("a \"quoted\" \\ 中文 😀\u001b[1m\u0007\r\n");
        foreach (byte one in shown)
            cast.Show([one]);
        cast.Resize(100, 30);
        cast.Resize(100, 30);
        cast.Exit(3);
        string[] lines = Encoding.UTF8.GetString(file.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => JsonDocument.Parse(line).Dispose());
        JsonElement header = JsonDocument.Parse(lines[0]).RootElement;
        JsonElement term = header.GetProperty("term");
        Assert.Equal(3, header.GetProperty("version").GetInt32());
        Assert.Equal((80, 24), (term.GetProperty("cols").GetInt32(), term.GetProperty("rows").GetInt32()));
        Assert.Equal("xterm", term.GetProperty("type").GetString());
        AsciicastEvent[] events = [.. AsciicastReader.Read(new StringReader(string.Join('\n', lines)))];
        Assert.Equal(Encoding.UTF8.GetString(shown), string.Concat(events.Where(one => one.Kind == "o").Select(one => one.Data)));
        Assert.Equal("100x30", Assert.Single(events, one => one.Kind == "r").Data);
        Assert.Equal("3", events[^1].Data);
        Assert.All(events, one => Assert.InRange(one.Interval, 0, 60));
        Assert.All(events, one => Assert.NotEmpty(one.Data));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_become_the_replacement_character()
    {
        using var file = new MemoryStream();
        using var cast = new Asciicast(file, new("xterm", 80, 24), "x", _ => { });
        cast.Show([0xFF, (byte)'a']);
        Assert.Contains("\uFFFDa", Encoding.UTF8.GetString(file.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Full_disk_is_reported_once_and_does_not_throw()
    {
        int told = 0;
        using var cast = new Asciicast(new FullStream(), new("xterm", 80, 24), "x", _ => told++);
        cast.Show("a"u8);
        cast.Resize(1, 1);
        cast.Exit(0);
        Assert.Equal(1, told);
    }

    [Fact]
    public void Version_2_counts_time_from_the_beginning()
    {
        const string recording = "{\"version\":2,\"width\":80,\"height\":24}\n[1.5,\"o\",\"a\"]\n[4.0,\"o\",\"b\"]\n";
        AsciicastEvent[] events = [.. AsciicastReader.Read(new StringReader(recording))];
        Assert.Equal([1.5, 2.5], events.Select(one => one.Interval));
    }

    [Theory]
    [InlineData("", "not a recording")]
    [InlineData("hello", "not a recording")]
    [InlineData("{\"version\":1}", "version 1")]
    [InlineData("{\"version\":3}\n[1,\"o\"", "line 2")]
    [InlineData("{\"version\":3}\n[-1,\"o\",\"x\"]", "line 2")]
    [InlineData("{\"version\":3}\n{}", "line 2")]
    public void Text_that_is_not_a_recording_is_rejected_with_a_reason(string text, string expected)
    {
        var error = Assert.Throws<FormatException>(() => AsciicastReader.Read(new StringReader(text)).Count());
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private sealed class FullStream : MemoryStream
    {
        public override void Flush() => throw new IOException("no space left on device");
    }
}
