using RemoteShell.Server.Jobs.Conversations;

namespace RemoteShell.Server.Tests.Jobs;

/// <summary>A completion on its way from the shell to the client.</summary>
public class CompletedNameTests
{
    [Theory]
    [InlineData("v a", "v a")]
    [InlineData("v a\0", "v a")]
    [InlineData("v a\0text", "v a\0text")]
    [InlineData("v a\0 one\ttwo\u001b[1m ", "v a\0one two [1m")]
    [InlineData("v a\0cut\uFFFD", "v a\0cut")]
    [InlineData("v a\0b\uFFFDc", "v a\0b?c")]
    public void Line_of_the_shell_becomes_a_line_of_the_answer(string line, string expected)
        => Assert.Equal(expected, CompletedName.Parse(line)!.ToLine(""));

    [Fact]
    public void Long_description_is_cut()
        => Assert.Equal($"p x\0{new string('y', 80)}…", new CompletedName('p', "x", new('y', 81)).ToLine("x"));

    [Fact]
    public void Value_of_a_variable_is_longer_if_the_word_is_its_whole_name()
    {
        var name = new CompletedName('v', "abc", new('y', 5000));
        Assert.Equal($"v abc\0{new string('y', 4096)}…", name.ToLine("abc"));
        Assert.Equal($"v abc\0{new string('y', 80)}…", name.ToLine("ab"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("v ")]
    [InlineData("noise of a trap")]
    public void Other_line_is_not_a_completion(string line) => Assert.Null(CompletedName.Parse(line));
}
