namespace RemoteShell.Cli.Client.Tests.Prompt.Syntax;

/// <summary>Shell texts of a grammar: all are whole, and their parts are mostly incomplete.</summary>
internal sealed class GrammaticalTexts(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>A whole text, or the start of one.</summary>
    public string Next()
    {
        string text = List(3);
        return _random.Next(3) == 0 ? text : text[.._random.Next(text.Length + 1)];
    }

    private string List(int depth)
    {
        string list = AndOr(depth);
        int more = _random.Next(3);
        for (int i = 0; i < more; i++)
            list += Pick(";", "\n", " &", "\n\n", "; # c 'x\n") + Pick("", " ") + AndOr(depth);
        return list;
    }

    private string AndOr(int depth)
    {
        string text = Command(depth);
        while (_random.Next(4) == 0)
            text += Pick(" && ", " || ", " | ", "|\n", " &&\n  ") + Command(depth);
        return text;
    }

    private string Command(int depth) => (depth <= 0 ? 0 : _random.Next(14)) switch
    {
        1 => $"if {List(depth - 1)}\nthen {List(depth - 1)}\nfi",
        2 => $"if {List(depth - 1)}\nthen {List(depth - 1)}\nelif {List(depth - 1)}\nthen a\nelse {List(depth - 1)}\nfi",
        3 => $"while {List(depth - 1)}\ndo {List(depth - 1)}\ndone",
        4 => $"for i in {Word(depth)} {Word(depth)}; do {List(depth - 1)}\ndone",
        5 => $"case {Word(depth)} in a|b) {List(depth - 1)}\n;; (*) ;; esac",
        6 => $"( {List(depth - 1)}\n)",
        7 => $"{{ {List(depth - 1)}\n}}",
        8 => $"f() {{ {List(depth - 1)}\n}}",
        9 => $"cat <<E\nx $a\nE\n{Simple(depth)}",
        10 => $"cat <<-'E' | b\n\tx ' \"\n\tE\n{Simple(depth)}",
        11 => $"! {Simple(depth)} > {Word(depth)}",
        _ => Simple(depth),
    };

    private string Simple(int depth)
    {
        string text = Pick("echo", "a", "x=1 b", "ls -l", "x=2", "[ -f a ]", "2>f c");
        int words = _random.Next(3);
        for (int i = 0; i < words; i++)
            text += $" {Word(depth)}";
        return text;
    }

    private string Word(int depth) => (depth <= 0 ? _random.Next(8) : _random.Next(13)) switch
    {
        0 => "'a b'",
        1 => "\"a $b ${c:-d}\"",
        2 => "\\'x\\ y",
        3 => "${x#\\}}",
        4 => "a#b",
        5 => "if",
        6 => "$((1 + (2)))",
        7 => "~/f",
        8 => $"$({List(depth - 1)}\n)",
        9 => $"\"$({List(depth - 1)}\n) \\\" $x\"",
        10 => $"${{x:-{Word(depth - 1)}}}",
        11 => "`a 'b'`",
        _ => $"a{Word(depth - 1)}",
    };

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
}
