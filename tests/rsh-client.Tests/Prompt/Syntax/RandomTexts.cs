using System.Text;

namespace RemoteShell.Cli.Client.Tests.Prompt.Syntax;

/// <summary>Shell texts of random fragments: most are wrong.</summary>
internal sealed class RandomTexts(int seed)
{
    private static readonly string[] Posix =
    [
        "if", "then", "elif", "else", "fi", "for i", "in", "do", "done", "while", "until", "case x in", "esac", "a)", "(b|c)", ";;", "{",
        "}",
        "(", ")", "$(", "`", "'", "\"", "${a", "${a:-", "$((1", "1+2", "))", "\\", "\\\n", "\n", ";", "&", "&&", "||", "|", "echo", "a",
        "b=1",
        "x=", "<<E", "<<-E", "<<'E'", "\nE\n", "\n\tE\n", "E", "> f", "<", "2>&1", ">", "# c", "#", "a#b", "!", "f()", "f() {", "g ( )",
        "[ -f x ]",
        "$x", "$#", "${#a}", "${a#b}", "${a%\\}}", "\\'", "\\\"", "*", "\"$(", ")\"", "\"${", "}\"", "true; ", "true\n", "if true; then",
        "while true; do", "for i in a b; do", "case $x in", "case $x in a)", "{ true;", "(true)", "$(true)", "`true`", "'a b'", "\"a b\"",
        "$", "~",
    ];

    private static readonly string[] Extended =
    [
        "time", "time -p", "function f", "function f {", "select i in a; do", "[[ a == b ]]", "[[", "]]", "-f", "==", "=~", "a=(",
        "a=(1 2)",
        "a+=(", "a[1]=x", "declare -a x=(", "$'", "$'a\\'b'", "$\"", "<(", ">(", "<<<", "<<< x", "&>", "&>>", "|&", ";&", ";;&", "coproc",
        "((",
        "((1))", "(( a", "for ((;;))", "for ((i=0;i<2;i++)); do", "+(", "@(a|b)", "$[1", "]", "${ a", "{a,b}", "{fd}>x", "!(", "repeat 3",
    ];

    private readonly Random _random = new(seed);

    /// <summary>A text without forms that only some shells know, or with them.</summary>
    public string Next(bool isExtended)
    {
        var text = new StringBuilder();
        int count = _random.Next(1, 9);
        for (int i = 0; i < count; i++)
        {
            string[] fragments = isExtended && _random.Next(3) == 0 ? Extended : Posix;
            text.Append(fragments[_random.Next(fragments.Length)]);
            text.Append(_random.Next(8) switch { 0 => "", 1 => "\n", 2 => "; ", _ => " " });
        }

        return text.ToString();
    }
}
