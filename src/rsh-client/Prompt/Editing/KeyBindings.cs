namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>The commands of keys, as in the emacs mode of bash.</summary>
internal static class KeyBindings
{
    private const KeyModifiers Word = KeyModifiers.Control | KeyModifiers.Alt;

    /// <summary>The command of a key.</summary>
    public static EditorCommand CommandOf(EditorKey key)
    {
        bool hasWord = (key.Modifiers & Word) != 0, hasShift = key.Modifiers == KeyModifiers.Shift;
        bool startsRow = (key.Modifiers & (KeyModifiers.Alt | KeyModifiers.Shift)) != 0;
        return key.Kind switch
        {
            EditorKeyKind.Text => EditorCommand.Insert,
            EditorKeyKind.Paste => EditorCommand.Paste,
            EditorKeyKind.Character => OfCharacter(key),
            EditorKeyKind.Enter => startsRow ? EditorCommand.NewRow : EditorCommand.Submit,
            EditorKeyKind.Tab => hasShift ? EditorCommand.CompleteBackward : EditorCommand.Complete,
            EditorKeyKind.Backspace => hasWord ? EditorCommand.KillWordBefore : EditorCommand.DeleteBefore,
            EditorKeyKind.Delete => hasWord ? EditorCommand.KillWordAfter : EditorCommand.DeleteAfter,
            EditorKeyKind.Escape => EditorCommand.Cancel,
            EditorKeyKind.Up => EditorCommand.Up,
            EditorKeyKind.Down => EditorCommand.Down,
            EditorKeyKind.Left => hasWord ? EditorCommand.WordLeft : EditorCommand.Left,
            EditorKeyKind.Right => hasWord ? EditorCommand.WordRight : EditorCommand.Right,
            EditorKeyKind.Home => hasWord ? EditorCommand.TextStart : EditorCommand.RowStart,
            EditorKeyKind.End => hasWord ? EditorCommand.TextEnd : EditorCommand.RowEnd,
            EditorKeyKind.PageUp => EditorCommand.Older,
            EditorKeyKind.PageDown => EditorCommand.Newer,
            _ => EditorCommand.None,
        };
    }

    /// <summary>The command of a key after Ctrl+X.</summary>
    public static EditorCommand AfterPrefix(EditorKey key) => (key.Modifiers, key.Text) switch
    {
        (KeyModifiers.Control, "e") => EditorCommand.OpenEditor,
        (KeyModifiers.Control, "u") => EditorCommand.Undo,
        _ => EditorCommand.None,
    };

    private static EditorCommand OfCharacter(EditorKey key) => key.Modifiers switch
    {
        KeyModifiers.Control => OfControl(key.Text),
        KeyModifiers.Alt => OfAlt(key.Text),
        _ => EditorCommand.None,
    };

    private static EditorCommand OfControl(string character) => character switch
    {
        "a" => EditorCommand.RowStart,
        "b" => EditorCommand.Left,
        "c" => EditorCommand.Drop,
        "d" => EditorCommand.DeleteOrLeave,
        "e" => EditorCommand.RowEnd,
        "f" => EditorCommand.Right,
        "g" => EditorCommand.Cancel,
        "h" => EditorCommand.DeleteBefore,
        "i" => EditorCommand.Complete,
        "j" or "m" => EditorCommand.Submit,
        "k" => EditorCommand.KillToEnd,
        "l" => EditorCommand.ClearScreen,
        "n" => EditorCommand.Down,
        "p" => EditorCommand.Up,
        "q" or "v" => EditorCommand.QuoteNext,
        "r" => EditorCommand.Search,
        "s" => EditorCommand.SearchForward,
        "t" => EditorCommand.Transpose,
        "u" => EditorCommand.KillToStart,
        "w" => EditorCommand.KillBlankWordBefore,
        "x" => EditorCommand.Prefix,
        "y" => EditorCommand.Yank,
        "_" or "/" or "z" => EditorCommand.Undo,
        "[" => EditorCommand.Cancel,
        _ => EditorCommand.None,
    };

    private static EditorCommand OfAlt(string character) => character switch
    {
        "b" => EditorCommand.WordLeft,
        "c" => EditorCommand.Capitalize,
        "d" => EditorCommand.KillWordAfter,
        "f" => EditorCommand.WordRight,
        "l" => EditorCommand.LowerCase,
        "n" => EditorCommand.Newer,
        "p" => EditorCommand.Older,
        "t" => EditorCommand.TransposeWords,
        "u" => EditorCommand.UpperCase,
        "y" => EditorCommand.YankOlder,
        "." or "_" => EditorCommand.LastArgument,
        "<" => EditorCommand.Oldest,
        ">" => EditorCommand.Newest,
        "/" => EditorCommand.Redo,
        _ => EditorCommand.None,
    };
}
