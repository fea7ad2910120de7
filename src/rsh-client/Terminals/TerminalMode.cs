namespace RemoteShell.Cli.Client.Terminals;

/// <summary>How the terminal handles keys and output. It echoes keys in the last one of these modes only.</summary>
internal enum TerminalMode
{
    /// <summary>Passes keys and output on unchanged: the remote terminal handles them.</summary>
    Raw,

    /// <summary>Passes each key on at once; a line feed in the output starts a new line.</summary>
    Typing,

    /// <summary>Keys wait, except Ctrl+C, Ctrl+Z and Ctrl+\, which send signals; a line feed in the output starts a new line.</summary>
    Waiting,

    /// <summary>As the user's shell left it: for another local program.</summary>
    Unchanged,
}
