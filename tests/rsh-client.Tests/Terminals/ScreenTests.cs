using System.Text;
using RemoteShell.Cli.Client.Terminals;

namespace RemoteShell.Cli.Client.Tests.Terminals;

/// <summary>What the screen undoes after a program that is left in the middle, checked in a model of a terminal.</summary>
public sealed class ScreenTests : IDisposable
{
    private readonly MemoryStream _terminal = new();

    /// <summary>A change for each row of the tables, and what differs at the terminal after it.</summary>
    public static TheoryData<string, string> Changes => new()
    {
        { "\e[?1h", "+?1" }, { "\e[?3h", "+?3" }, { "\e[?5h", "+?5" }, { "\e[?6h", "+?6" }, { "\e[?7l", "-?7" }, { "\e[?8l", "-?8" },
        { "\e[?9h", "+?9" }, { "\e[?12h", "+?12" }, { "\e[?45h", "+?45" }, { "\e[?66h", "+?66" }, { "\e[?67h", "+?67" },
        { "\e[?69h", "+?69" }, { "\e[?80h", "+?80" }, { "\e[?1000h", "+?1000" }, { "\e[?1001h", "+?1001" }, { "\e[?1002h", "+?1002" },
        { "\e[?1003h", "+?1003" }, { "\e[?1004h", "+?1004" }, { "\e[?1005h", "+?1005" }, { "\e[?1006h", "+?1006" },
        { "\e[?1007h", "+?1007" }, { "\e[?1015h", "+?1015" }, { "\e[?1016h", "+?1016" }, { "\e[?1045h", "+?1045" },
        { "\e[?2004h", "+?2004" }, { "\e[?2026h", "+?2026" }, { "\e[?2027h", "+?2027" }, { "\e[?2031h", "+?2031" },
        { "\e[?2048h", "+?2048" }, { "\e[?9001h", "+?9001" }, { "\e[?25l", "-?25" }, { "\e[?47h", "+?47" }, { "\e[?1047h", "+?1047" },
        { "\e[?1049h", "+?1049" }, { "\e[2h", "+2" }, { "\e[4h", "+4" }, { "\e[12l", "-12" }, { "\e[20h", "+20" },
        { "\e=", "keypad application" }, { "\e[5;20r", "region (4, 19)" }, { "\e[3 q", "cursor 3" }, { "\e[1;31m", "colours 1;31" },
        { "\e[0;38;5;0m", "colours 0;38;5;0" }, { "\e[0;4:3m", "colours 0;4:3" }, { "\e[1\"q", "protected yes" }, { "\e(0", "G0 0" },
        { "\u000e", "shift G1" }, { "\en", "shift n" }, { "\e%@", "coding 8 bit" }, { "\e[>4;2m", "keys 4m 2" },
        { "\e[>1;3m", "keys 1m 3" }, { "\e[>4;1f", "keys 4f 1" }, { "\e[>2n", "keys 2m off" }, { "\e[>1u", "keys 1,0" },
        { "\e[>1u\e[>5u", "keys 5,1,0" }, { "\e[=5u", "keys 5" }, { "\e[=1u\e[=4;2u", "keys 5" }, { "\e[=5;1u\e[>8u", "keys 8,5" },
        { "\e[?1049h\e[>1u", "+?1049; alternate keys 1,0" }, { "\e[>1u\e[?1049h\e[=3u", "+?1049; keys 1,0; alternate keys 3" },
        { "\e]8;;http://a\e\\text", "link http://a" }, { "\e]8;id=1;http://a;b\a", "link http://a;b" },
        { "\e]11;#123\e\\", "colour 11 #123" },
        { "\e]12;red\a", "colour 12 red" }, { "\e]4;7;#fff\e\\", "palette 7 #fff" }, { "\e]9;4;1;50\e\\", "progress 1" },
        { "\e[22;2t", "titles 1" }, { "\e[22t\e[22;1t", "titles 2" }, { "\e[5i", "printer  on" }, { "\e[?5i", "printer ? on" },
        { "\e[?17c", "linux cursor 17" }, { "\e[?1000;1006h", "+?1000; +?1006" },
        // A sequence whose rest never comes.
        { "\e[?10", "within a sequence" }, { "\e]0;tit", "within a sequence" }, { "\eP1;2q#0", "within a sequence" },
        { "\e", "within a sequence" }, { "\e(", "within a sequence" },
        { "\e[?1049h\e[?25l\e[?1002;1006h\e[4h\e[2;9r\e[?6h\e[31m", "+4; +?1002; +?1006; +?1049; +?6; -?25; colours 31; region (1, 8)" },
    };

    /// <summary>Output after which nothing is left to undo.</summary>
    public static TheoryData<string> Neutral =>
    [
        "plain text, 中文\r\n", "\e[?1h\e[?1l", "\e[?7l\e[?7h", "\e[?7h", "\e[?25h", "\e[4h\e[4l", "\e=\e>", "\e[3;9r\e[r", "\e[1;1H\e[2J",
        "\e[31mred\e[0m", "\e[31mred\e[m", "\e[1;31;0m", "\e[5 q\e[0 q", "\e(0qq\e(B", "\u000eqq\u000f", "\e[>4;2m\e[>4m",
        "\e[>4;2m\e[>4;0m",
        "\e[>1u\e[<u", "\e[>1u\e[>3u\e[<2u", "\e[=5u\e[=0u", "\e[=5u\e[=5;3u", "\e[=5u\e[<u", "\e[>1u\e[=7u\e[<u",
        "\e[?1049h\e[>1u\e[<u\e[?1049l", "\e]8;;http://a\e\\text\e]8;;\e\\", "\e]11;?\e\\", "\e]4;1;?\a", "\e]11;red\a\e]111\a",
        "\e]4;1;red\a\e]104\a", "\e]0;title\a", "\e[22;0t\e[23;0t", "\e[?1049h\e[?1000h\e[31m\e[>1u\ec", "\e[5i\e[4i", "\e[6n\e[c\e[>c",
        "\e[?2026$p\e[?u\e[>0q", "\eP+q544e\e\\", "\e[?1000h\e[?1000;1006l", "\e[4m\e[24;0m", "\e[1;24r",
    ];

    public void Dispose() => _terminal.Dispose();

    private TerminalModel Shown => TerminalModel.Of(_terminal.ToArray());

    private Screen Open()
    {
        var screen = new Screen(_terminal, recording: null) { Terminal = () => new("xterm-256color", 80, 24) };
        screen.Open("");
        return screen;
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Screen_undoes_what_a_program_left_changed(string change, string differs)
    {
        using Screen screen = Open();
        screen.Write(Encoding.UTF8.GetBytes(change));
        Assert.Equal(differs, Shown.Changes);
        screen.Leave();
        Assert.Equal("", Shown.Changes);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Screen_undoes_a_change_whose_bytes_come_one_by_one(string change, string differs)
    {
        using Screen screen = Open();
        foreach (byte one in Encoding.UTF8.GetBytes(change))
            screen.Write([one]);
        Assert.Equal(differs, Shown.Changes);
        screen.End();
        Assert.Equal("", Shown.Changes);
    }

    [Theory]
    [MemberData(nameof(Neutral))]
    public void Screen_writes_nothing_for_what_was_not_left_changed(string output)
    {
        using Screen screen = Open();
        byte[] bytes = Encoding.UTF8.GetBytes(output);
        screen.Write(bytes);
        screen.End();
        Assert.Equal(output, Encoding.UTF8.GetString(_terminal.ToArray()));
        Assert.Equal("", Shown.Changes);
    }

    [Fact]
    public void Screen_keeps_the_main_screen_and_its_cursor_when_it_resets_a_region()
    {
        using Screen screen = Open();
        screen.Write("one\r\ntwo\r\n\e[5;9r\e[3;1H$ "u8);
        screen.Leave();
        TerminalModel shown = Shown;
        shown.Show("next");
        Assert.Equal(["one", "two", "$", "next"], shown.Lines.Take(4));
    }

    [Fact]
    public void Notice_does_not_split_a_sequence_or_a_character_of_the_program()
    {
        using Screen screen = Open();
        screen.Write("a\e[3"u8);
        screen.Notify("notice");
        screen.Write("1mb"u8);
        byte[] character = Encoding.UTF8.GetBytes("中");
        screen.Write(character.AsSpan(0, 2));
        screen.Notify("second");
        screen.Write(character.AsSpan(2));
        string all = Encoding.UTF8.GetString(_terminal.ToArray());
        Assert.Contains("a\e[31mb", all, StringComparison.Ordinal);
        Assert.Contains("中\r\nsecond\r\n", all, StringComparison.Ordinal);
        Assert.Contains("\r\nnotice\r\n", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\e[r")]
    [InlineData("\e[1;24r")]
    public void Notice_over_a_full_screen_survives_what_the_program_draws(string region)
    {
        using Screen screen = Open();
        int changes = 0;
        screen.SizeChanged = () => changes++;
        screen.Write(Encoding.UTF8.GetBytes($"\e[?1049h{region}\e[2J\e[Hfirst\e[24;1Hlast"));
        screen.Notify("alice says: lunch");
        Assert.Equal((1, 23), (changes, screen.Size.Rows));
        // The program draws all of its screen, and scrolls at what it takes for the last line.
        screen.Write("\e[2J\e[Hagain\e[23;1Hbottom\r\nscrolled"u8);
        Assert.Equal("alice says: lunch", Shown.Lines[23]);
        Assert.Equal("scrolled", Shown.Lines[22]);
        Assert.Equal("bottom", Shown.Lines[21]);
        Assert.Equal(1, Shown.Bells);
        screen.Write("\e[?1049l"u8);
        Assert.Equal((2, 24), (changes, screen.Size.Rows));
        Assert.Equal("", Shown.Changes);
        Assert.Contains("alice says: lunch", Shown.Lines);
    }

    [Fact]
    public void Notice_over_a_full_screen_keeps_the_programs_own_modes()
    {
        using Screen screen = Open();
        screen.SizeChanged = () => { };
        screen.Write("\e[?1049h\e[4h\e(0\e[3;10r\e[?6h\e[2;5Hx\e[32m"u8);
        string before = Shown.Changes;
        screen.Notify("hello");
        Assert.Equal(before, Shown.Changes);
        Assert.Equal("hello", Shown.Lines[23]);
        screen.Write("y"u8);
        Assert.Equal("    xy", Shown.Lines[3]);
    }

    [Fact]
    public void Long_notice_is_wrapped_and_cut_only_over_a_full_screen()
    {
        using Screen screen = Open();
        string text = string.Join(' ', Enumerable.Range(1, 300));
        screen.Write("\e[?1049h"u8);
        screen.Notify(text);
        Assert.StartsWith("1 2 3 ", Shown.Lines[18]);
        Assert.EndsWith("…", Shown.Lines[23]);
        screen.End();
        Assert.Contains(text, Encoding.UTF8.GetString(_terminal.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void Lost_connection_is_told_with_its_cause_on_a_narrow_terminal()
    {
        using Screen screen = Open();
        screen.Write("$ "u8);
        screen.ShowLost($"lost the connection: {new string('x', 60)}; reconnecting to host.example:7022 (~. gives up)");
        string all = string.Join(' ', Shown.Lines.Skip(21));
        Assert.Contains("lost the connection:", all, StringComparison.Ordinal);
        Assert.Contains("(~. gives up)", all, StringComparison.Ordinal);
        screen.ClearLost();
        Assert.All(Shown.Lines.Skip(21), line => Assert.Equal("", line));
    }
}
