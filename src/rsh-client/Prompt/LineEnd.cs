namespace RemoteShell.Cli.Client.Prompt;

/// <summary>How the user ended a line.</summary>
internal enum LineEnd
{
    /// <summary>With Enter.</summary>
    Submitted,

    /// <summary>With Ctrl+C: the line is dropped.</summary>
    Dropped,

    /// <summary>With Ctrl+D in an empty line.</summary>
    Left,
}
