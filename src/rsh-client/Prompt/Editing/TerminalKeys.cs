using System.Globalization;
using System.Text;
using RemoteShell.Cli.Client.Terminals;

namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Names the keys that terminals send as control sequences.</summary>
/// <remarks>The encodings of xterm, rxvt, the Linux console, the application keypad, kitty, modifyOtherKeys and win32.</remarks>
internal static class TerminalKeys
{
    private const KeyModifiers Known = KeyModifiers.Shift | KeyModifiers.Alt | KeyModifiers.Control;

    // Super, Hyper and Meta of the kitty protocol, and Meta of xterm.
    private const int OtherModifiers = 8 | 16 | 32;

    /// <summary>The key of <c>CSI parameters final</c>; null if it is not a key.</summary>
    public static EditorKey? OfCsi(string parameters, char final)
    {
        if (parameters is ['?' or '<' or '>' or '=', ..] || parameters.AsSpan().ContainsAnyInRange(' ', '/'))
            return null;
        int[][] numbers = [.. parameters.Split(';').Select(part => part.Split(':').Select(Number).ToArray())];
        int first = numbers[0][0];
        if (numbers.Length > 1 && IsRelease(numbers[1]))
            return null;
        KeyModifiers modifiers = numbers.Length > 1 ? ModifiersOf(numbers[1][0]) : KeyModifiers.None;
        return final switch
        {
            'u' => Kitty(numbers),
            '_' => Win32([.. numbers.Select(number => number[0])]),
            '~' when numbers is [[27], [var held], [var code], ..] => OfCode(code, held - 1),
            '~' when first is 200 or 201 => null,
            '~' => EditorKey.Named(OfNumber(first), modifiers),
            // rxvt, with Ctrl, and with Ctrl and Shift.
            '^' or '@' => EditorKey.Named(OfNumber(first), KeyModifiers.Control),
            'Z' => EditorKey.Named(EditorKeyKind.Tab, KeyModifiers.Shift),
            // rxvt, with Shift.
            >= 'a' and <= 'd' => EditorKey.Named(OfLetter(char.ToUpperInvariant(final)), KeyModifiers.Shift),
            // Reports of the mouse, the focus, the cursor's place and of states.
            'M' or 'm' or 'I' or 'O' or 'R' or 'n' or 'c' or 't' or 'y' => null,
            _ => EditorKey.Named(OfLetter(final), modifiers),
        };
    }

    /// <summary>The key of <c>ESC O final</c>, which cursor keys and the numeric keypad send in application mode.</summary>
    public static EditorKey? OfSs3(char final, string parameters) => final switch
    {
        'M' => EditorKey.Named(EditorKeyKind.Enter),
        'I' => EditorKey.Named(EditorKeyKind.Tab),
        ' ' => EditorKey.Typed(" "),
        'X' => EditorKey.Typed("="),
        >= 'j' and <= 'y' => EditorKey.Typed(((char)(final - 'j' + '*')).ToString()),
        >= 'a' and <= 'd' => EditorKey.Named(OfLetter(char.ToUpperInvariant(final)), KeyModifiers.Control),
        _ => EditorKey.Named(OfLetter(final), ModifiersOf(Number(parameters.Split(';')[^1]))),
    };

    private static int Number(string text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    // A modifier parameter is one more than the sum of the bits.
    private static KeyModifiers ModifiersOf(int parameter) => (KeyModifiers)Math.Max(0, parameter - 1) & Known;

    private static bool IsRelease(int[] modifiersAndEvent) => modifiersAndEvent is [_, 3, ..];

    private static EditorKeyKind OfLetter(char final) => final switch
    {
        'A' => EditorKeyKind.Up,
        'B' => EditorKeyKind.Down,
        'C' => EditorKeyKind.Right,
        'D' => EditorKeyKind.Left,
        'F' => EditorKeyKind.End,
        'H' => EditorKeyKind.Home,
        _ => EditorKeyKind.Unknown,
    };

    private static EditorKeyKind OfNumber(int number) => number switch
    {
        1 or 7 => EditorKeyKind.Home,
        3 => EditorKeyKind.Delete,
        4 or 8 => EditorKeyKind.End,
        5 => EditorKeyKind.PageUp,
        6 => EditorKeyKind.PageDown,
        _ => EditorKeyKind.Unknown,
    };

    // code:shifted:base ; modifiers:event ; text
    private static EditorKey? Kitty(int[][] numbers)
    {
        int[] codes = numbers[0];
        int held = numbers.Length > 1 ? Math.Max(0, numbers[1][0] - 1) : 0;
        KeyModifiers modifiers = (KeyModifiers)held & Known;
        int shifted = codes.ElementAtOrDefault(1), usual = codes.ElementAtOrDefault(2);
        bool isPlain = (modifiers & (KeyModifiers.Control | KeyModifiers.Alt)) == 0;
        if (isPlain && (held & OtherModifiers) == 0 && numbers.Length > 2 && numbers[2].All(code => code >= ' ' && Rune.IsValid(code)))
            return EditorKey.Typed(string.Concat(numbers[2].Select(code => new Rune(code))));
        if ((modifiers & KeyModifiers.Shift) != 0 && shifted > 0)
            return OfCode(shifted, held & ~(int)KeyModifiers.Shift);
        // With a layout that is not Latin, Ctrl and Alt work on the key that a US keyboard has there.
        return OfCode(!isPlain && codes[0] > 0x7f && usual > 0 ? usual : codes[0], held);
    }

    // virtual key ; scan code ; character ; is down ; state ; repetitions
    private static EditorKey? Win32(int[] numbers)
    {
        const int alt = 3, control = 0xC, shift = 0x10;
        int character = numbers.ElementAtOrDefault(2), state = numbers.ElementAtOrDefault(4);
        if (numbers.ElementAtOrDefault(3) == 0)
            return null;
        KeyModifiers modifiers = ((state & alt) != 0 ? KeyModifiers.Alt : 0) | ((state & control) != 0 ? KeyModifiers.Control : 0);
        EditorKeyKind kind = numbers[0] switch
        {
            0x08 => EditorKeyKind.Backspace,
            0x09 => EditorKeyKind.Tab,
            0x0d => EditorKeyKind.Enter,
            0x1b => EditorKeyKind.Escape,
            0x21 => EditorKeyKind.PageUp,
            0x22 => EditorKeyKind.PageDown,
            0x23 => EditorKeyKind.End,
            0x24 => EditorKeyKind.Home,
            0x25 => EditorKeyKind.Left,
            0x26 => EditorKeyKind.Up,
            0x27 => EditorKeyKind.Right,
            0x28 => EditorKeyKind.Down,
            0x2e => EditorKeyKind.Delete,
            _ => EditorKeyKind.Text,
        };
        if (kind != EditorKeyKind.Text)
            return EditorKey.Named(kind, modifiers | ((state & shift) != 0 ? KeyModifiers.Shift : 0));
        // Modifiers alone have no character. AltGr is Ctrl and Alt.
        if (character is 0 || !Rune.IsValid(character))
            return null;
        if (modifiers == (KeyModifiers.Alt | KeyModifiers.Control))
            modifiers = KeyModifiers.None;
        return OfCode(character < ' ' ? character + '@' : character, (int)modifiers);
    }

    // A character, or a key of the kitty protocol, with the bits of its modifiers.
    private static EditorKey? OfCode(int code, int held)
    {
        KeyModifiers modifiers = (KeyModifiers)held & Known;
        EditorKeyKind kind = OfFunctionalCode(code);
        if (kind != EditorKeyKind.Text)
            return EditorKey.Named(kind, modifiers);
        if (code is (>= 57358 and <= 57363) or (>= 57441 and <= 57454))
            return null;
        if (code < ' ' || !Rune.IsValid(code) || (held & OtherModifiers) != 0 || code is >= 57344 and <= 57398)
            return EditorKey.Named(EditorKeyKind.Unknown);
        string text = OfKeypad(code) ?? new Rune(code).ToString();
        if ((modifiers & KeyModifiers.Shift) != 0)
            text = text.Length == 1 ? UsKeyboard.Shifted(text[0]).ToString() : text;
        modifiers &= ~KeyModifiers.Shift;
        return modifiers == KeyModifiers.None ? EditorKey.Typed(text) : new(EditorKeyKind.Character, modifiers, text.ToLowerInvariant());
    }

    private static EditorKeyKind OfFunctionalCode(int code) => code switch
    {
        9 => EditorKeyKind.Tab,
        13 or 57414 => EditorKeyKind.Enter,
        27 => EditorKeyKind.Escape,
        8 or 127 => EditorKeyKind.Backspace,
        57417 => EditorKeyKind.Left,
        57418 => EditorKeyKind.Right,
        57419 => EditorKeyKind.Up,
        57420 => EditorKeyKind.Down,
        57421 => EditorKeyKind.PageUp,
        57422 => EditorKeyKind.PageDown,
        57423 => EditorKeyKind.Home,
        57424 => EditorKeyKind.End,
        57426 => EditorKeyKind.Delete,
        57425 or 57427 => EditorKeyKind.Unknown,
        _ => EditorKeyKind.Text,
    };

    private static string? OfKeypad(int code) => code switch
    {
        >= 57399 and <= 57408 => ((char)('0' + (code - 57399))).ToString(),
        57409 => ".",
        57410 => "/",
        57411 => "*",
        57412 => "-",
        57413 => "+",
        57415 => "=",
        57416 => ",",
        _ => null,
    };
}
