namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>What a key does.</summary>
internal enum EditorCommand
{
    None,
    Insert,
    Paste,
    QuoteNext,
    NewRow,
    Submit,
    Drop,
    DeleteOrLeave,
    Cancel,
    Complete,
    CompleteBackward,
    ClearScreen,
    OpenEditor,
    Prefix,

    // Moves.
    Left,
    Right,
    WordLeft,
    WordRight,
    RowStart,
    RowEnd,
    TextStart,
    TextEnd,
    Up,
    Down,

    // History.
    Older,
    Newer,
    Oldest,
    Newest,
    Search,
    SearchForward,
    LastArgument,

    // Changes.
    DeleteBefore,
    DeleteAfter,
    KillToEnd,
    KillToStart,
    KillBlankWordBefore,
    KillWordBefore,
    KillWordAfter,
    Yank,
    YankOlder,
    Undo,
    Redo,
    Transpose,
    TransposeWords,
    UpperCase,
    LowerCase,
    Capitalize,
}
