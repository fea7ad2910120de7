using System.Diagnostics;
using RemoteShell.Cli.Client.Prompt.Syntax;

namespace RemoteShell.Cli.Client.Tests.Prompt.Syntax;

/// <summary>Which texts are whole.</summary>
public class CompletenessTests
{
    public static TheoryData<string> Complete =>
    [
        "", "  ", "\n", "# it's a comment", "ls", "ls -l | wc", "a && b || c", "a &", "a; b;", "a\nb", "echo 'a b'", "echo \"a 'b\"",
        "echo \"a \\\" b\"", "echo it\\'s", "echo $'it\\'s'", "echo $\"a\"", "echo $(ls)", "echo \"$(echo \"a b\")\"", "echo `ls`",
        "echo `echo \\`ls\\``", "echo ${a}", "echo ${a:-'}'}", "echo ${a#\\}}", "echo ${#a}",
        "echo ${#} ${##} ${10} ${!a} ${a[1]} ${a@Q} ${a,,}", "echo $#", "echo a#b 'c'",
        "echo $((1 + (2)))",
        "((i++))", "a=1", "a=1 b", "a=(1 2 3)", "a+=(4)", "a[1]=x", "declare -a x=(1 2)", "if a; then b; fi", "if a\nthen b\nfi",
        "if a; then b; elif c; then d; else e; fi", "while a; do b; done", "until a\ndo b\ndone", "for i in 1 2; do a; done",
        "for i; do a; done", "for i do a; done", "for i in a b\ndo c\ndone", "for ((i=0;i<3;i++)); do a; done", "select i in a; do b; done",
        "case a in b) c;; esac", "case a in (b|c) d;; *) e; esac", "case a in\nb)\n;;\nesac", "case a in esac",
        "case a in b) c;& d) e;;& esac",
        "{ a; }", "(a)", "( (a); b )", "f() { a; }", "f() (a)", "f()\n{\na\n}", "function f { a; }", "function f() { a; }", "! a", "time a",
        "time", "[ -f a ]", "[[ -f a && b == c ]]", "[[ $a =~ ^[0-9]+$ ]]", "[[ ( a || b ) && ! c ]]",
        "[[ a == @(a|b) ]]", "[[ $a != x!(b|+(c))y ]]", "[[ a = ?([0-9]).* ]]", "[[ a =~ (b|c) ]]",
        "[[ $a =~ ^[0-9]+(\\.[0-9]+)?$ && b == c ]]",
        "cat <<E\na\nE", "cat <<E\na\nE\n",
        "cat <<-E\n\ta\n\tE", "cat <<'E'\n$( \" '\nE", "cat <<E <<F\na\nE\nb\nF", "cat <<\\E\na\nE", "cat <<E | b\n$(date)\nE",
        "cat <<E; b\nif\nE",
        "cat <<< a", "diff <(a) <(b)", "a > b 2>&1 < c", "a &> b", "a |& b", "2>a b", "echo if then fi", "echo {a,b} }{", "a \\\nb",
        "i\\\nf a; then b; fi",
        "if (a) then b; fi", "{ (a) }", "echo ~ * ? [a-z]", "a=$(cat <<E\nx\nE\n)", "echo \"${a:-\"b c\"}\"", "kill -9 1", ": ", ":",
        "export a=b c=(1)", "echo 中文 '中'", "{fd}>x a", "if a; then cat <<E\nfi\nE\nfi", "a \"\nb\"", "x=`a 'b'`",
        "echo $a$ $", "echo ''\"\"", "a;# b", "coproc=1 b", "\tls\t",
    ];

    public static TheoryData<string> Incomplete =>
    [
        "echo 'a", "echo \"a", "echo \"a 'b'", "echo $'a\\'", "echo $(a", "echo \"$(a\"", "echo `a", "echo ${a", "echo ${a:-'}",
        "echo $((1 + 2",
        "((a", "a=(1", "a=(1\n2\n", "if", "if a", "if a; then", "if a; then b", "if a; then b;", "if a; then b; else",
        "if a; then b; elif c",
        "while", "while a; do", "while a; do b", "until a\n", "for i", "for i in a b", "for i in a; do", "for i in a\n",
        "for i in a; do b\n",
        "case a", "case a in", "case a in\n", "case a in b)", "case a in b) c", "case a in b) c;;", "{", "{ a", "{ a;", "(", "(a", "(a;",
        "f()", "f() {", "f() {\na\n", "function f {", "a |", "a |\n", "a &&", "a && # c", "a ||\n\n", "a \\", "a \\\n",
        "cat <<E\\", "cat <<E",
        "cat <<E\n",
        "cat <<E\na", "cat <<E\n E\n", "cat <<-E\n  E\n", "cat <<'E'\na\n", "cat <<E <<F\na\nE\n", "cat <<E\nE x\n",
        "if a; then cat <<E\nfi\n",
        "diff <(a", "echo $(if a; then b", "echo $(case a in b) c", "a; { b; (c", "echo \"${a", "echo ${a:-$(b}",
        "while a; do if b; then c",
        "! if a", "time if a", "a | while b", "[[ a ]] &&", "for ((;;)); do", "a=$(cat <<E\nx\nE\n", "{ a\n# }", "echo 'a\n\nb",
    ];

    public static TheoryData<string> Unknown =>
    [
        ")", "fi", "a ;;", "a (b)", "echo +(a|b)", "ls !(a)", "for x (a b) c", "if [[ a ]] { b }", "repeat 3 do", "foreach i (a)", "f() a",
        "() { a }", "[[ a", "[[ a =~ (b|$c) ]]", "[[ a == (b) ]]", "[[ @(a) ]]", "[[ a == \\@(b) ]]", "[[ a == @(b c) ]]",
        "echo $[1+2]", "echo ${ a; }", "((a) ; b)", "coproc a", "case", "for", "echo <", "a | | b",
        "a; ; b", "& a", "echo \"${a:-'b}\"", "a[1 2]=3", "{ echo a }", "if ; then", "a\0b", "echo `echo 'a`", "while a; { b", "!",
        ":(){ :|:& };:",
        "$(cat <<E)\na\nE", "cat <<E 'a\nb'\nE", "<<$a\n", "time -p a", "${a$b}", "${-a}",
    ];

    [Theory]
    [MemberData(nameof(Complete))]
    public void Whole_text_is_complete(string text) => Assert.Equal(SyntaxVerdict.Complete, Completeness.Of(text));

    [Theory]
    [MemberData(nameof(Incomplete))]
    public void Open_text_is_incomplete(string text) => Assert.Equal(SyntaxVerdict.Incomplete, Completeness.Of(text));

    [Theory]
    [MemberData(nameof(Unknown))]
    public void Text_that_is_wrong_or_odd_is_unknown(string text) => Assert.Equal(SyntaxVerdict.Unknown, Completeness.Of(text));

    [Theory]
    [InlineData("", true)]
    [InlineData("  \t", true)]
    [InlineData("# c", true)]
    [InlineData("  # it's\n\n# c", true)]
    [InlineData("# c\nls", false)]
    [InlineData("ls # c", false)]
    [InlineData(";", false)]
    [InlineData(" ; ;", false)]
    [InlineData("\\", false)]
    [InlineData("'#'", false)]
    [InlineData(":", false)]
    [InlineData("#\0", false)]
    public void Text_of_blanks_and_comments_is_empty(string text, bool expected) => Assert.Equal(expected, Completeness.IsEmpty(text));

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh -f")]
    public async Task Tables_agree_with_the_shell(string shell)
    {
        Assert.SkipUnless(RealShell.IsThere(shell), $"{shell} is not installed");
        // zsh takes these for whole, or for wrong in another way than others.
        string[] other = ["a &&", "while", "until a\n", "f()", "function f {", "echo if then fi", "echo {a,b} }{"];
        bool isBash = shell == "bash";
        string[] whole = [.. Complete.Select(row => row.Data).Where(text => isBash || !other.Contains(text))];
        string[] open = [.. Incomplete.Select(row => row.Data).Where(text => !text.TrimEnd('\n').EndsWith('\\'))];
        IReadOnlyList<SyntaxVerdict> ofWhole = await RealShell.VerdictsAsync(shell, whole);
        Assert.Equal([], whole.Where((_, i) => ofWhole[i] == SyntaxVerdict.Incomplete));
        if (!isBash)
            return;
        IReadOnlyList<SyntaxVerdict> ofOpen = await RealShell.VerdictsAsync(shell, open);
        Assert.Equal([], open.Where((_, i) => ofOpen[i] != SyntaxVerdict.Incomplete));
    }

    [Theory]
    [InlineData("echo 'a b' $(ls) \"x\"; ")]
    [InlineData("$(")]
    [InlineData("((")]
    [InlineData("`")]
    [InlineData("a[")]
    [InlineData("<<E\n")]
    [InlineData("'\"")]
    [InlineData("${a:-")]
    [InlineData("if a; then ")]
    [InlineData("\\")]
    public void Long_text_takes_time_in_proportion_to_its_length(string part)
    {
        string text = string.Concat(Enumerable.Repeat(part, 200 * 1024 / part.Length));
        long start = Stopwatch.GetTimestamp();
        Completeness.Of(text);
        // Far more than it takes, and far less than if the time were quadratic.
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Lexer_accepts_any_text_as_a_whole_and_in_lines()
    {
        var random = new Random(7);
        var texts = new RandomTexts(8);
        for (int i = 0; i < TestSize.Of(5_000, 100_000); i++)
        {
            string text = i % 2 == 0 ? texts.Next(isExtended: true) : RandomCharacters(random);
            ShellLexer whole = ShellLexer.Lex(text), parts = new();
            foreach (string line in text.Split('\n').SkipLast(1))
                parts.Append($"{line}\n");
            parts.Append(text.Split('\n')[^1]);
            parts.Finish();
            Assert.Equal(whole.Verdict(), parts.Verdict());
            Assert.Equal(whole.Tokens, parts.Tokens);
            Assert.All(whole.Tokens, token => Assert.InRange(token.End, token.Start + 1, text.Length));
        }
    }

    private static string RandomCharacters(Random random)
    {
        const string characters = "'\"`$(){}[]\\;&|<>#!=~*? \t\n\0abE1\ud800中";
        return string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => characters[random.Next(characters.Length)]));
    }
}
