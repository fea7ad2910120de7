using RemoteShell.Cli.Client.Prompt.Syntax;

namespace RemoteShell.Cli.Client.Tests.Prompt.Syntax;

/// <summary>The messages of real shells, as they were written by those of the versions in the comments.</summary>
public class ShellSyntaxMessagesTests
{
    // The text, and what follows. All shells agree about it.
    private static readonly string[] Open =
    [
        "echo 'a", "echo \"a", "echo $(a", "echo `a", "echo ${a:-b", "if a; then", "if a; then b", "for i in a; do", "case a in", "(a",
        "a |",
    ];

    private static readonly string[] Wrong = [")", "fi", "a ;; b", "echo )", "a | | b"];

    private static readonly string[] Whole = ["a", "if a; then b; fi", "cat <<E\na\nE", "echo 'a b' $(c)"];

    [Theory]
    // bash 5.2
    [InlineData(2, "t: line 1: unexpected EOF while looking for matching `''", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(1, "t: line 1: unexpected EOF while looking for matching `)'", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(2, "t: line 2: syntax error: unexpected end of file", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(2, "bash: -c: line 2: syntax error: unexpected end of file from `if' command on line 1", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(2, "t: line 2: unexpected token `EOF' in conditional command", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(0, "t: line 1: warning: here-document at line 1 delimited by end-of-file (wanted `E')", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(2, "t: line 1: syntax error near unexpected token `)'\nt: line 1: `)'", nameof(SyntaxVerdict.Wrong))]
    [InlineData(2, "t: line 1: syntax error near unexpected token `syntax error: unexpected end of file'", nameof(SyntaxVerdict.Wrong))]
    [InlineData(2, "t: line 1: unexpected token `newline', conditional binary operator expected", nameof(SyntaxVerdict.Wrong))]
    // dash 0.5.12
    [InlineData(2, "t: 1: Syntax error: Unterminated quoted string", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(2, "t: 1: Syntax error: end of file unexpected (expecting \"fi\")", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(2, "t: 2: Syntax error: end of file unexpected", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(2, "t: 1: Syntax error: EOF in backquote substitution", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(2, "t: 2: Syntax error: Missing '}'", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(2, "t: 2: Syntax error: Missing '))'", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(2, "t: 1: Syntax error: \"fi\" unexpected", nameof(SyntaxVerdict.Wrong))]
    [InlineData(2, "t: 2: Syntax error: newline unexpected (expecting \")\")", nameof(SyntaxVerdict.Wrong))]
    [InlineData(2, "t: 2: Syntax error: Bad for loop variable", nameof(SyntaxVerdict.Wrong))]
    // BusyBox 1.35
    [InlineData(2, "t: line 1: syntax error: unterminated quoted string", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(2, "t: line 2: syntax error: unexpected end of file (expecting \"done\")", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(2, "t: line 1: syntax error: EOF in backquote substitution", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(2, "t: line 1: syntax error: missing '}'", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(2, "t: line 1: syntax error: unexpected \"fi\"", nameof(SyntaxVerdict.Wrong))]
    [InlineData(2, "t: line 2: syntax error: unexpected newline", nameof(SyntaxVerdict.Wrong))]
    // ksh93u+m 1.0.4
    [InlineData(3, "t: syntax error at line 1: `'' unmatched", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(3, "t: syntax error at line 2: `then' unmatched", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(3, "t: syntax error at line 2: `end of file' unexpected", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(3, "t: warning: line 1: `...` obsolete\nt: syntax error at line 1: ``' unmatched", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(0, "t: warning: line 1: `...` obsolete, use $(...)", nameof(SyntaxVerdict.Complete))]
    [InlineData(3, "t: syntax error at line 1: `fi' unexpected", nameof(SyntaxVerdict.Wrong))]
    // mksh 59c
    [InlineData(1, "E: t[2]: no closing quote", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(1, "E: t[1]: syntax error: unmatched 'if'", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(1, "E: t[2]: syntax error: unexpected EOF", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(1, "E: t[3]: here document 'E' unclosed", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(1, "E: t[1]: syntax error: unexpected ')'", nameof(SyntaxVerdict.Wrong))]
    // zsh 5.9
    [InlineData(1, "t:1: unmatched \"", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(1, "t:2: closing brace expected", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(1, "t:2: parse error near `\\n'", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(1, "t:2: parse error near `$(a'", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(1, "t:2: parse error near `$[ 1+'", nameof(SyntaxVerdict.Incomplete))]
    [InlineData(1, "t:1: parse error near `fi'", nameof(SyntaxVerdict.Wrong))]
    // all of them
    [InlineData(0, "", nameof(SyntaxVerdict.Complete))]
    [InlineData(2, "", nameof(SyntaxVerdict.Wrong))]
    [InlineData(127, "sh: bash: not found", nameof(SyntaxVerdict.Unknown))]
    [InlineData(143, "", nameof(SyntaxVerdict.Unknown))]
    [InlineData(-1, "", nameof(SyntaxVerdict.Unknown))]
    public void Messages_of_each_shell_are_understood(int status, string error, string expected)
        => Assert.Equal(expected, ShellSyntaxMessages.Verdict(status, error).ToString());

    [Theory]
    [InlineData("bash")]
    [InlineData("dash")]
    [InlineData("busybox ash")]
    [InlineData("ksh93")]
    [InlineData("mksh")]
    [InlineData("zsh -f")]
    public async Task Shell_that_is_installed_is_understood(string shell)
    {
        Assert.SkipUnless(RealShell.IsThere(shell), $"{shell} is not installed");
        IReadOnlyList<SyntaxVerdict> verdicts = await RealShell.VerdictsAsync(shell, [.. Open, .. Wrong, .. Whole]);
        IEnumerable<SyntaxVerdict> expected =
        [
            .. Open.Select(_ => SyntaxVerdict.Incomplete),
            .. Wrong.Select(_ => SyntaxVerdict.Wrong),
            .. Whole.Select(_ => SyntaxVerdict.Complete),
        ];
        Assert.Equal(expected, verdicts);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("mksh")]
    public async Task Shell_that_reports_an_open_heredoc_is_understood(string shell)
    {
        Assert.SkipUnless(RealShell.IsThere(shell), $"{shell} is not installed");
        Assert.Equal([SyntaxVerdict.Incomplete], await RealShell.VerdictsAsync(shell, ["cat <<E\na"]));
    }

    [Theory]
    [InlineData("dash")]
    [InlineData("busybox ash")]
    [InlineData("ksh93")]
    [InlineData("zsh -f")]
    public async Task Line_with_a_parenthesis_shows_an_open_heredoc(string shell)
    {
        Assert.SkipUnless(RealShell.IsThere(shell), $"{shell} is not installed");
        string[] texts = ["cat <<E\na", "cat <<E\na\n)", "cat <<E\na\nE\n)"];
        Assert.Equal(
            [SyntaxVerdict.Complete, SyntaxVerdict.Complete, SyntaxVerdict.Wrong],
            await RealShell.VerdictsAsync(shell, texts));
    }
}
