using RemoteShell.Cli.Client.Prompt.Editing;

namespace RemoteShell.Cli.Client.Tests.Prompt.Editing;

/// <summary>Output of processes in the background while a text is edited.</summary>
public class LateRowsTests
{
    [Theory]
    [InlineData("a\nb\n", "a\nb\n", "")]
    [InlineData("a|b\nc", "ab\n", "c")]
    [InlineData("\n\na\n\n", "\n\na\n\n", "")]
    [InlineData("10%\r20%\r|30%", "", "30%")]
    [InlineData("a\r\nb\r|\n", "a\nb\n", "")]
    [InlineData("\e[31mred\e[0m plain\n", "\e[31mred\e[0m plain\n", "")]
    [InlineData("\e[1;31mred\n|red\e[m\nplain\n", "\e[1;31mred\e[0m\n\e[1;31mred\e[m\nplain\n", "")]
    [InlineData("\e[3|1mred", "", "red")]
    [InlineData("\e[2J\a\n", "\uFFFD[2J\uFFFD\n", "")]
    [InlineData("\e]0;title\a\e[5A", "", "\uFFFD]0;title\uFFFD\uFFFD[5A")]
    [InlineData("a\u202Eb\tc\n", "a\uFFFDb\tc\n", "")]
    public void Rows_end_at_their_line_feeds_and_keep_their_colours(string parts, string rows, string rest)
    {
        var late = new LateRows();
        Assert.Equal(rows, string.Concat(parts.Split('|').Select(late.Append)));
        Assert.Equal(rest, late.Rest);
    }

    [Fact]
    public void All_of_a_long_output_is_kept()
    {
        var late = new LateRows();
        string text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"row {i}\n"));
        Assert.Equal(text, string.Concat(text.Chunk(777).Select(part => late.Append(new(part)))));
    }

    [Fact]
    public void Row_without_an_end_does_not_grow_without_a_limit()
    {
        var late = new LateRows();
        string part = new('x', 1000);
        string rows = string.Concat(Enumerable.Range(0, 1_000).Select(_ => late.Append(part)));
        Assert.InRange(rows.Length, 900_000, 1_000_100);
        Assert.Equal(200, late.Rest.Length);
    }

    [Fact]
    public void Last_row_is_forgotten_when_it_was_left_on_the_screen()
    {
        var late = new LateRows();
        late.Append("shown");
        late.Clear();
        Assert.Equal(("", "rest\n"), (late.Rest, late.Append("rest\n")));
    }
}
