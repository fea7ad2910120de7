namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>How the user ended a text.</summary>
internal enum LineEnd
{
    /// <summary>With Enter.</summary>
    Submitted,

    /// <summary>With Ctrl+C: the text is dropped.</summary>
    Dropped,

    /// <summary>With Ctrl+D in an empty text.</summary>
    Left,

    /// <summary>Not at all: the terminal is gone.</summary>
    HungUp,
}
