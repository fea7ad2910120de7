namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>What a token of shell text is.</summary>
internal enum TokenKind
{
    /// <summary>An argument, or another word without a role of its own.</summary>
    Word,

    /// <summary>The name of a simple command.</summary>
    Command,

    /// <summary>An assignment before the name of a command.</summary>
    Assignment,

    /// <summary>A reserved word, such as <c>if</c>, in command position.</summary>
    ReservedWord,

    /// <summary>A control operator or a parenthesis.</summary>
    Operator,

    /// <summary>A redirection operator.</summary>
    Redirection,

    /// <summary>The word after a redirection operator.</summary>
    Target,

    /// <summary>The descriptor before a redirection operator, such as <c>2</c>.</summary>
    Descriptor,

    /// <summary>The lines of a heredoc, without the last one.</summary>
    HeredocBody,

    /// <summary>The last line of a heredoc.</summary>
    HeredocEnd,

    /// <summary>A comment, without the end of the line.</summary>
    Comment,

    /// <summary>The end of a line.</summary>
    Newline,

    /// <summary>A quoted part of a word, with its quotes.</summary>
    Quoted,

    /// <summary>An expansion in a word that starts with a dollar sign.</summary>
    Expansion,
}
