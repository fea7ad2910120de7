namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>Tells whether a text is a whole command, as far as that is certain without a shell.</summary>
internal static class Completeness
{
    /// <summary>The verdict: complete, incomplete, or unknown.</summary>
    public static SyntaxVerdict Of(string text) => ShellLexer.Lex(text).Verdict();
}
