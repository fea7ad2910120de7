namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>A part of shell text that is open: the lexer keeps a stack of them.</summary>
internal sealed class ShellLevel(LevelKind kind, int start)
{
    public LevelKind Kind => kind;

    /// <summary>The offset of its first character, which opens it.</summary>
    public int Start => start;

    /// <summary>The structure of the commands; used at <see cref="LevelKind.Commands"/> only.</summary>
    public CommandGrammar Grammar { get; } = new();

    /// <summary>The offset of the word that is being read; -1 between words.</summary>
    public int WordStart { get; set; } = -1;

    /// <summary>Whether the word that is being read has neither quotes nor expansions.</summary>
    public bool IsPlain { get; set; }

    /// <summary>The words of the simple command so far, without redirections.</summary>
    public List<ShellToken> Words { get; } = [];

    /// <summary>The heredocs whose bodies follow, the first of them first.</summary>
    public Queue<Heredoc> Heredocs { get; } = new();

    /// <summary>The last redirection operator, until its target.</summary>
    public string Redirection { get; set; } = "";

    /// <summary>Whether double quotes are around a <see cref="LevelKind.Parameter"/>.</summary>
    public bool IsQuoted { get; init; }

    /// <summary>Whether an <see cref="LevelKind.Arithmetic"/> is a command and not an expansion.</summary>
    public bool IsCommand { get; init; }

    /// <summary>The number of open parentheses of an <see cref="LevelKind.Arithmetic"/>.</summary>
    public int Parentheses { get; set; } = 2;

    /// <summary>The number of semicolons in an <see cref="LevelKind.Arithmetic"/>.</summary>
    public int Semicolons { get; set; }

    /// <summary>Whether the last line of a <see cref="LevelKind.Heredoc"/> ended with a backslash.</summary>
    public bool IsContinued { get; set; }

    /// <summary>The heredoc of a <see cref="LevelKind.Heredoc"/>.</summary>
    public Heredoc? Body { get; init; }
}
