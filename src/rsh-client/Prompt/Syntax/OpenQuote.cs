namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>The quote that is open at a place of shell text.</summary>
internal enum OpenQuote
{
    None,

    /// <summary><c>'</c>.</summary>
    Single,

    /// <summary><c>"</c>.</summary>
    Double,

    /// <summary><c>$'</c>.</summary>
    Ansi,
}
