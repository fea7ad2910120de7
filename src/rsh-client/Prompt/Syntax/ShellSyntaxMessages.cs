namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>Reads what a shell says of a text with <c>-n</c>, in the locale C, of a file that ends with a newline.</summary>
/// <remarks>
/// For bash, dash, BusyBox ash, ksh93, mksh and zsh. All but bash and mksh accept a heredoc without its end: a text that is complete also
/// with a further line that has only <c>)</c> is in a heredoc. zsh says the same of some texts that are wrong as of those that need more
/// lines.
/// </remarks>
internal static class ShellSyntaxMessages
{
    // The status of a shell that could not be run, and the first one of a signal.
    private const int CannotRun = 126;

    private static readonly string[] Open =
    [
        "unexpected EOF while looking for", // bash
        "syntax error: unexpected end of file", // bash, BusyBox
        "unexpected token `EOF' in conditional", // bash
        "Syntax error: end of file unexpected", // dash
        "Syntax error: Unterminated quoted string", // dash
        "syntax error: unterminated quoted string", // BusyBox
        "yntax error: EOF in backquote substitution", // dash, BusyBox
        "Syntax error: Missing '", // dash
        "syntax error: missing '", // BusyBox
        ": `end of file' unexpected", // ksh93
        "syntax error: unexpected EOF", // mksh
        ": no closing quote", // mksh
        "syntax error: unmatched '", // mksh
        ": closing brace expected", // zsh
        ": unmatched ", // zsh
        "parse error near `\\n'", // zsh
        "parse error near `$(", // zsh
        "parse error near `$[", // zsh
        "parse error near `<(", // zsh
    ];

    /// <summary>The verdict of the shell: complete, incomplete, wrong, or unknown if it could not be run.</summary>
    /// <param name="status">Its exit status.</param>
    /// <param name="error">What it wrote to its standard error.</param>
    public static SyntaxVerdict Verdict(int status, string error)
    {
        if (status is < 0 or >= CannotRun)
            return SyntaxVerdict.Unknown;
        bool isHeredoc = false;
        foreach (string line in error.Split('\n'))
        {
            // The rest of these lines is from the text itself.
            if (line.Contains("near unexpected token `", StringComparison.Ordinal))
                return SyntaxVerdict.Wrong;
            if (status != 0 && IsOpen(line))
                return SyntaxVerdict.Incomplete;
            isHeredoc |= IsOpenHeredoc(line);
        }

        if (isHeredoc)
            return SyntaxVerdict.Incomplete;
        return status == 0 ? SyntaxVerdict.Complete : SyntaxVerdict.Wrong;
    }

    // ksh93 ends the message with the word.
    private static bool IsOpen(string line)
        => line.EndsWith("' unmatched", StringComparison.Ordinal) || Open.Any(text => line.Contains(text, StringComparison.Ordinal));

    // bash: "warning: here-document at line 1 delimited by end-of-file"; mksh: "here document 'E' unclosed".
    private static bool IsOpenHeredoc(string line)
        => (line.Contains("warning: here-document at line ", StringComparison.Ordinal)
                && line.Contains(" delimited by end-of-file", StringComparison.Ordinal))
            || (line.Contains(": here document '", StringComparison.Ordinal) && line.EndsWith("' unclosed", StringComparison.Ordinal));
}
