using System.Text;
using RemoteShell.Cli.Client.Prompt;
using RemoteShell.Cli.Client.Prompt.Syntax;

namespace RemoteShell.Cli.Client.Tests.Prompt;

/// <summary>Commands from a pipe or a file.</summary>
public class PipeLineReaderTests
{
    [Theory]
    [InlineData("a\nb\n", "a|b")]
    [InlineData("a\nb", "a|b")]
    [InlineData("a\r\nb\r\n", "a|b")]
    [InlineData("\ufeffa\n\nb\n", "a||b")]
    [InlineData("if a\nthen b\nfi\nc\n", "if a\nthen b\nfi|c")]
    [InlineData("cat <<E\n$(x\n'\nE\nc", "cat <<E\n$(x\n'\nE|c", false)]
    [InlineData("cat > f <<'E'\n$(x\n'\nE\nc", "cat > f <<'E'\n$(x\n'\nE|c")]
    [InlineData("echo 'a\n\nb'\nc", "echo 'a\n\nb'|c")]
    [InlineData("a \\\nb\nc", "a \\\nb|c")]
    [InlineData("a |\n\nb\nc", "a |\n\nb|c")]
    [InlineData("f() {\n# '\na\n}\nf", "f() {\n# '\na\n}|f")]
    [InlineData("# it's\nc", "# it's|c")]
    [InlineData("a\nif b\nthen", "a|if b\nthen")]
    [InlineData("upper it's\ncalc (1 + 2\nc", "upper it's|calc (1 + 2|c")]
    [InlineData("", "")]
    public async Task Lines_are_joined_to_whole_commands(string input, string expected, bool shellSays = true)
    {
        List<string> commands = await ReadAllAsync(new(Stream(input), new Shell(_ => shellSays).AskAsync));
        // The shell says of a heredoc with an open substitution that it is incomplete: then all is one text.
        Assert.Equal(shellSays ? expected : input, string.Join(shellSays ? '|' : '\n', commands));
    }

    [Fact]
    public async Task Shell_is_asked_where_the_lexer_does_not_know()
    {
        var shell = new Shell(text => text.EndsWith(" ]]", StringComparison.Ordinal));
        Assert.Equal(["[[ a =~ (b|\nc) ]]", "d"], await ReadAllAsync(new(Stream("[[ a =~ (b|\nc) ]]\nd\n"), shell.AskAsync)));
        Assert.Equal(["[[ a =~ (b|", "[[ a =~ (b|\nc) ]]"], shell.Asked);
    }

    [Theory]
    [InlineData(nameof(SyntaxVerdict.Wrong), true)]
    [InlineData(nameof(SyntaxVerdict.Complete), false)]
    public async Task Command_that_the_shell_refuses_is_returned_at_once_and_marked(string verdict, bool expected)
    {
        SyntaxVerdict said = Enum.Parse<SyntaxVerdict>(verdict);
        var reader = new PipeLineReader(Stream("cat <<EOF )\nbody\nEOF\nls\n"), (_, _) => Task.FromResult(said));
        Assert.Equal("cat <<EOF )", await reader.ReadAsync(null, CancellationToken.None).Within());
        Assert.Equal(expected, reader.IsWrong);
        await reader.ReadAsync(null, CancellationToken.None).Within();
        Assert.False(reader.IsWrong);
    }

    [Fact]
    public async Task Heredoc_delimiter_on_two_lines_is_one_word()
    {
        var shell = new Shell(text => text.EndsWith("\nEF", StringComparison.Ordinal));
        Assert.Equal(["cat <<E\\\nF\na\nEF", "ls"], await ReadAllAsync(new(Stream("cat <<E\\\nF\na\nEF\nls\n"), shell.AskAsync)));
    }

    [Fact]
    public async Task Without_a_shell_an_unknown_text_is_a_command()
        => Assert.Equal([")", "d"], await ReadAllAsync(new(Stream(")\nd\n"))));

    [Fact]
    public async Task Line_that_is_not_utf8_is_refused_with_its_number()
    {
        var reader = new PipeLineReader(new MemoryStream([.. "a\n"u8, 0xff, 0xfe, .. "\nb\n"u8]));
        Assert.Equal("a", await reader.ReadAsync(null, CancellationToken.None).Within());
        var refused = await Assert.ThrowsAsync<FormatException>(() => reader.ReadAsync(null, CancellationToken.None).Within());
        Assert.Contains("line 2 ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Characters_survive_the_ends_of_the_buffer()
    {
        string line = string.Concat(Enumerable.Repeat("中😀é", 20_000));
        Assert.Equal([line, line], await ReadAllAsync(new(Stream($"{line}\n{line}\n"))));
    }

    [Theory]
    [InlineData("cat <<E\n", "E")]
    [InlineData("cat <<E\n`x`\n", "E")]
    [InlineData("f() {\n", "}")]
    [InlineData("x='\n", "'")]
    public async Task Long_command_is_read_in_time_in_proportion_to_its_length(string start, string end)
    {
        string command = $"{start}{string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i}\n"))}{end}";
        Assert.Equal([command, "next"], await ReadAllAsync(new(Stream($"{command}\nnext\n"), new Shell(_ => true).AskAsync)));
    }

    [Fact]
    public async Task Shell_is_asked_seldom_about_a_long_text()
    {
        var shell = new Shell(_ => false);
        string text = $"[[ a =~ (b) ]] {{\n{string.Concat(Enumerable.Repeat("some line\n", 10_000))}";
        await ReadAllAsync(new(Stream(text), shell.AskAsync));
        Assert.InRange(shell.Asked.Count, 32, 120);
    }

    [Fact]
    public async Task Wait_for_a_line_can_be_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream();
        using var input = new System.IO.Pipes.AnonymousPipeClientStream(pipe.GetClientHandleAsString());
        Task<string?> reading = new PipeLineReader(input).ReadAsync(null, cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Within());
    }

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));

    private static async Task<List<string>> ReadAllAsync(PipeLineReader reader)
    {
        var commands = new List<string>();
        while (await reader.ReadAsync(null, CancellationToken.None).Within() is { } command)
            commands.Add(command);
        return commands;
    }

    private sealed class Shell(Func<string, bool> isComplete)
    {
        public List<string> Asked { get; } = [];

        public Task<SyntaxVerdict> AskAsync(string text, CancellationToken cancellationToken)
        {
            Asked.Add(text);
            return Task.FromResult(isComplete(text) ? SyntaxVerdict.Complete : SyntaxVerdict.Incomplete);
        }
    }
}
