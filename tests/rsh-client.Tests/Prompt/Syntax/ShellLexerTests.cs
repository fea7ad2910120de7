using RemoteShell.Cli.Client.Prompt.Syntax;

namespace RemoteShell.Cli.Client.Tests.Prompt.Syntax;

/// <summary>The tokens of shell text.</summary>
public class ShellLexerTests
{
    [Theory]
    [InlineData("ls -l", "Command:ls Word:-l")]
    [InlineData("a=1 b c=2", "Assignment:a=1 Command:b Word:c=2")]
    [InlineData("if a; then b; fi", "ReservedWord:if Command:a Operator:; ReservedWord:then Command:b Operator:; ReservedWord:fi")]
    [InlineData("echo if", "Command:echo Word:if")]
    [InlineData("a>b 2>&1", "Command:a Redirection:> Target:b Descriptor:2 Redirection:>& Target:1")]
    [InlineData("a 2 >b", "Command:a Word:2 Redirection:> Target:b")]
    [InlineData("a # b", "Command:a Comment:#_b")]
    [InlineData("a 'b c'", "Command:a Quoted:'b_c' Word:'b_c'")]
    [InlineData("a $b", "Command:a Expansion:$b Word:$b")]
    [InlineData("a\\ b c", "Command:a\\_b Word:c")]
    [InlineData("cat <<E\nx\nE", "Command:cat Redirection:<< Target:E Newline:_ HeredocBody:x_ HeredocEnd:E")]
    [InlineData(
        "case a in b) c;; esac",
        "ReservedWord:case Word:a ReservedWord:in Word:b Operator:) Command:c Operator:;; ReservedWord:esac")]
    [InlineData(
        "for i in a; do b; done",
        "ReservedWord:for Word:i ReservedWord:in Word:a Operator:; ReservedWord:do Command:b Operator:; ReservedWord:done")]
    [InlineData("a=(b c) d", "Word:b Word:c Operator:) Command:d")]
    [InlineData("f() { a; }", "Command:f Operator:( Operator:) ReservedWord:{ Command:a Operator:; ReservedWord:}")]
    [InlineData("a && ! b | c", "Command:a Operator:&& ReservedWord:! Command:b Operator:| Command:c")]
    [InlineData("a <<< b", "Command:a Redirection:<<< Target:b")]
    [InlineData("[[ a == b ]]", "ReservedWord:[[ Word:a Word:== Word:b ReservedWord:]]")]
    [InlineData("((1+2)) && a", "Operator:((1+2)) Operator:&& Command:a")]
    public void Text_has_tokens(string text, string expected)
    {
        IEnumerable<string> tokens = ShellLexer.Lex(text).Tokens.Select(
            token => $"{token.Kind}:{text.Substring(token.Start, token.Length).Replace(' ', '_').Replace('\n', '_')}");
        Assert.EndsWith(expected, string.Join(' ', tokens), StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_of_a_substitution_are_deeper()
    {
        const string text = "a \"$(b c)\" d";
        Assert.Equal(["b", "c"], Texts(text, depth: 1));
        Assert.Equal(["a", "$(b c)", "\"$(b c)\"", "\"$(b c)\"", "d"], Texts(text, depth: 0));
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a\\ b", "a b")]
    [InlineData("'a b'\"c d\"", "a bc d")]
    [InlineData("\"a\\\"b\\$c\\d\"", "a\"b$c\\d")]
    [InlineData("$'a\\n\\t\\x41\\101\\u4e2d\\''", "a\n\tAA中'")]
    [InlineData("$\"a b\"", "a b")]
    [InlineData("'a", "a")]
    [InlineData("\"a", "a")]
    [InlineData("a\\", "a")]
    [InlineData("a\\\nb", "ab")]
    [InlineData("$HOME/x", "$HOME/x")]
    [InlineData("''", "")]
    public void Word_loses_its_quotes(string word, string expected) => Assert.Equal(expected, ShellWord.Unquote(word));

    private static IEnumerable<string> Texts(string text, int depth)
        => ShellLexer.Lex(text).Tokens.Where(token => token.Depth == depth).Select(token => text.Substring(token.Start, token.Length));
}
