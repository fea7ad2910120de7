namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>What a part of shell text consists of.</summary>
internal enum LevelKind
{
    /// <summary>Commands: the text itself, or a command or process substitution.</summary>
    Commands,

    /// <summary><c>'…'</c>.</summary>
    SingleQuotes,

    /// <summary><c>$'…'</c>.</summary>
    AnsiQuotes,

    /// <summary><c>"…"</c> and <c>$"…"</c>.</summary>
    DoubleQuotes,

    /// <summary><c>`…`</c>.</summary>
    Backquotes,

    /// <summary><c>${…}</c>.</summary>
    Parameter,

    /// <summary><c>$((…))</c> or <c>((…))</c>.</summary>
    Arithmetic,

    /// <summary>The lines of a heredoc.</summary>
    Heredoc,

    /// <summary>The body of a heredoc as a text of its own, in which expansions are looked for.</summary>
    HeredocText,
}
