namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>What is left to do after a key, beyond drawing the text.</summary>
internal enum EditorOutcome
{
    None,

    /// <summary>The key could not do anything.</summary>
    Bell,

    /// <summary>Enter.</summary>
    Submit,

    /// <summary>Ctrl+C.</summary>
    Drop,

    /// <summary>Ctrl+D in an empty text.</summary>
    Leave,

    /// <summary>Tab.</summary>
    Complete,
    ClearScreen,
    OpenEditor,
}
