namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>Tells whether a text is a whole command, as far as that is certain without a shell.</summary>
internal static class Completeness
{
    /// <summary>The verdict: complete, incomplete, or unknown.</summary>
    public static SyntaxVerdict Of(string text) => ShellLexer.Lex(text).Verdict();

    /// <summary>Whether the text has only blanks and comments, so that a shell does nothing for it.</summary>
    public static bool IsEmpty(string text)
    {
        ShellLexer lexer = ShellLexer.Lex(text);
        return lexer.Verdict() == SyntaxVerdict.Complete
            && lexer.Tokens.All(token => token.Kind is TokenKind.Comment or TokenKind.Newline);
    }
}
