namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>The keys that a line editor knows.</summary>
internal enum EditorKeyKind
{
    /// <summary>A key without a meaning here.</summary>
    Unknown,

    /// <summary>Typed characters, as many as arrived together.</summary>
    Text,

    /// <summary>A pasted text.</summary>
    Paste,

    /// <summary>A character with Ctrl or Alt.</summary>
    Character,
    Enter,
    Tab,
    Backspace,
    Delete,
    Escape,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
}
