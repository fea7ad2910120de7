namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>A key, typed text, or a paste.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Modifiers">The modifiers; of a character with Ctrl or Alt only these two.</param>
/// <param name="Text">The text; of a character with Ctrl or Alt the lower case; empty for other keys.</param>
internal readonly record struct EditorKey(EditorKeyKind Kind, KeyModifiers Modifiers, string Text)
{
    public static EditorKey Typed(string text) => new(EditorKeyKind.Text, KeyModifiers.None, text);

    public static EditorKey Pasted(string text) => new(EditorKeyKind.Paste, KeyModifiers.None, text);

    public static EditorKey Named(EditorKeyKind kind, KeyModifiers modifiers = KeyModifiers.None) => new(kind, modifiers, "");

    public static EditorKey Control(char character) => new(EditorKeyKind.Character, KeyModifiers.Control, character.ToString());

    public static EditorKey Alt(char character) => new(EditorKeyKind.Character, KeyModifiers.Alt, character.ToString());
}
