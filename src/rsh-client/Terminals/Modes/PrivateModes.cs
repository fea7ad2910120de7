namespace RemoteShell.Cli.Client.Terminals.Modes;

/// <summary>
/// The modes that programs switch with <c>CSI ? n h</c> and <c>CSI ? n l</c>, and those with <c>CSI n h</c> and <c>CSI n l</c>.
/// </summary>
internal static class PrivateModes
{
    /// <summary>DECOM: rows count from the top of the scrolling region.</summary>
    public const int Origin = 6;

    /// <summary>The cursor is visible.</summary>
    public const int Cursor = 25;

    /// <summary>IRM, an ANSI mode: text is inserted.</summary>
    public const int Insert = 4;

    /// <summary>The alternate screen, in three variants.</summary>
    public static readonly int[] AlternateScreen = [47, 1047, 1049];

    // A new row here is enough to undo another mode.
    private static readonly Dictionary<int, Undo> Private = new()
    {
        // Cursor keys, width, reverse screen, origin.
        [1] = Undo.Set,
        [3] = Undo.Set,
        [5] = Undo.Set,
        [Origin] = Undo.Set,
        // Automatic wrap and repetition of keys are on by default.
        [7] = Undo.Reset,
        [8] = Undo.Reset,
        // A blinking cursor, backward wrap, the numeric keypad, Backspace, left and right margins, sixels.
        [12] = Undo.Set,
        [45] = Undo.Set,
        [66] = Undo.Set,
        [67] = Undo.Set,
        [69] = Undo.Set,
        [80] = Undo.Set,
        // Reports of the mouse and of the focus, and their encodings; the wheel as cursor keys.
        [9] = Undo.Set,
        [1000] = Undo.Set,
        [1001] = Undo.Set,
        [1002] = Undo.Set,
        [1003] = Undo.Set,
        [1004] = Undo.Set,
        [1005] = Undo.Set,
        [1006] = Undo.Set,
        [1007] = Undo.Set,
        [1015] = Undo.Set,
        [1016] = Undo.Set,
        [1045] = Undo.Set,
        // Bracketed paste, synchronized output, grapheme clusters, reports of the colour scheme and of the size, win32 keys.
        [2004] = Undo.Set,
        [2026] = Undo.Set,
        [2027] = Undo.Set,
        [2031] = Undo.Set,
        [2048] = Undo.Set,
        [9001] = Undo.Set,
    };

    // Keyboard locked, insert, no local echo (on by default), line feed as new line.
    private static readonly Dictionary<int, Undo> Ansi = new()
    {
        [2] = Undo.Set,
        [Insert] = Undo.Set,
        [12] = Undo.Reset,
        [20] = Undo.Set,
    };

    // Which change has to be undone.
    private enum Undo
    {
        Set,
        Reset,
    }

    /// <summary>Whether the mode is known, and this change moves it away from its default.</summary>
    public static bool IsChanged(int mode, bool isSet, char prefix)
        => (prefix == '?' ? Private : Ansi).TryGetValue(mode, out Undo undo) && isSet == (undo == Undo.Set);
}
