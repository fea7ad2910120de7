namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>Whether a text is a whole command.</summary>
internal enum SyntaxVerdict
{
    /// <summary>The text is whole. The lexer also says this of some texts that the shell refuses.</summary>
    Complete,

    /// <summary>The text needs more lines.</summary>
    Incomplete,

    /// <summary>The shell refuses the text; more lines do not help.</summary>
    Wrong,

    /// <summary>Only the shell can tell.</summary>
    Unknown,
}
