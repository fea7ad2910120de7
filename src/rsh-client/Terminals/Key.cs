using System.Globalization;
using System.Text;

namespace RemoteShell.Cli.Client.Terminals;

/// <summary>A key as a terminal sends it: a byte, or a control sequence if a program has asked for more than bytes can tell.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Code">The byte that the key sends without such a request; 0 if the kind is not <see cref="KeyKind.Character"/>.</param>
/// <remarks>
/// Reads the encodings of the kitty keyboard protocol (<c>CSI 99;5u</c>), of modifyOtherKeys (<c>CSI 27;5;99~</c>) and of win32
/// (<c>CSI 67;46;3;1;8;1_</c>): Ctrl+C in each of them.
/// </remarks>
internal readonly record struct Key(KeyKind Kind, byte Code)
{
    /// <summary>Bytes of the longest sequence that is read as one key.</summary>
    public const int MaxLength = 64;

    private const byte Esc = 0x1b;
    private const char Enter = '\r';

    // Bits of a modifier parameter, which is one more than their sum. Locks are not here.
    private const int Shift = 1, Control = 4, Others = 2 | 8 | 16 | 32;

    // Keys that send a control character with Ctrl although their own code does not say so.
    private const string Digits = "2345678/ ?", DigitControls = "\0\u001b\u001c\u001d\u001e\u001f\u007f\u001f\0\u007f";

    private static readonly Key Other = new(KeyKind.Other, 0), Report = new(KeyKind.Report, 0);

    /// <summary>Reads the first key.</summary>
    /// <param name="typed">Bytes of the terminal; not empty.</param>
    /// <param name="key">The key.</param>
    /// <returns>The number of its bytes; 0 if they have not all arrived.</returns>
    public static int Read(ReadOnlySpan<byte> typed, out Key key)
    {
        key = new(KeyKind.Character, typed[0]);
        if (typed[0] != Esc || typed.Length == 1)
            return 1;
        switch (typed[1])
        {
            case (byte)'[':
                return ReadCsi(typed, ref key);
            case (byte)'O' when typed.Length > 2:
                key = Other;
                return 3;
            // An answer of the terminal: DCS, OSC, APC.
            case (byte)'P' or (byte)']' or (byte)'_' when StringLength(typed) is > 0 and var length:
                key = Report;
                return length;
            default:
                return 1;
        }
    }

    private static int StringLength(ReadOnlySpan<byte> typed)
    {
        int bell = typed.IndexOf((byte)7), end = typed.IndexOf("\u001b\\"u8);
        if (bell > 0 && (end < 0 || bell < end))
            return bell + 1;
        return end > 0 ? end + 2 : 0;
    }

    private static int ReadCsi(ReadOnlySpan<byte> typed, ref Key key)
    {
        int end = 2;
        while (end < typed.Length && typed[end] is >= 0x20 and <= 0x3f)
            end++;
        if (end > MaxLength)
            return 1;
        if (end == typed.Length)
        {
            // Escape and [ may have been typed one after the other. A parameter shows that it is a sequence.
            return end == 2 ? 1 : 0;
        }

        if (typed[end] is < 0x40 or > 0x7e)
            return 1;
        key = Of(Encoding.ASCII.GetString(typed[2..end]), (char)typed[end]);
        // The old report of the mouse has three more bytes.
        return end == 2 && typed[end] == 'M' ? Math.Min(typed.Length, 6) : end + 1;
    }

    private static Key Of(string parameters, char final)
    {
        if (parameters is ['?' or '<' or '>' or '=', ..])
            return Report;
        int[][] numbers = [.. parameters.Split(';').Select(part => part.Split(':').Select(Number).ToArray())];
        return final switch
        {
            'u' => Kitty(numbers),
            '_' => Win32([.. numbers.Select(number => number[0])]),
            '~' when numbers is [[27], [var modifiers], [var code], ..] => WithModifiers(code, modifiers - 1),
            '~' when numbers is [[200 or 201]] => Report,
            // Reports of the mouse, the focus, the cursor's position and of states.
            'M' or 'm' or 'I' or 'R' or 'n' or 'c' or 't' or 'y' => Report,
            'O' when parameters.Length == 0 => Report,
            _ => Other,
        };
    }

    private static int Number(string text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    // code:shifted:base ; modifiers:event ; text
    private static Key Kitty(int[][] numbers)
    {
        const int release = 3;
        int[] second = numbers.Length > 1 ? numbers[1] : [1];
        int code = numbers[0][0], modifiers = Math.Max(0, second[0] - 1);
        if ((second.Length > 1 && second[1] == release) || IsModifier(code))
            return Report;
        bool hasControl = (modifiers & Control) != 0;
        if (numbers.Length > 2 && numbers[2][0] > 0 && !hasControl)
            return WithModifiers(numbers[2][0], modifiers & Others);
        // With a layout that is not Latin, Ctrl works on the key that a US keyboard has there.
        if (hasControl && code > 0x7f && numbers[0].Length > 2)
            return WithModifiers(numbers[0][2], modifiers);
        if ((modifiers & Shift) != 0 && numbers[0].Length > 1 && numbers[0][1] > 0)
            return WithModifiers(numbers[0][1], modifiers & ~Shift);
        return WithModifiers(code switch
        {
            // The numeric keypad.
            >= 57399 and <= 57408 => '0' + (code - 57399),
            57409 => '.',
            57414 => Enter,
            _ => code,
        }, modifiers);
    }

    private static bool IsModifier(int code) => code is (>= 57358 and <= 57360) or (>= 57441 and <= 57454);

    // virtual key ; scan code ; character ; is down ; state ; repetitions
    private static Key Win32(int[] numbers)
    {
        const int alt = 3, control = 0xC;
        int virtualKey = numbers[0], character = numbers.ElementAtOrDefault(2), state = numbers.ElementAtOrDefault(4);
        bool isModifier = virtualKey is (>= 16 and <= 18) or 20 or 91 or 92 or 144 or 145 or (>= 160 and <= 165);
        if (numbers.ElementAtOrDefault(3) == 0 || (character == 0 && isModifier))
            return Report;
        // AltGr is Ctrl and Alt.
        bool hasAlt = (state & alt) != 0 && (state & control) == 0;
        return character is 0 or > 0x7f || hasAlt ? Other : new(KeyKind.Character, (byte)character);
    }

    private static Key WithModifiers(int code, int modifiers)
    {
        if ((modifiers & Others) != 0 || code is <= 0 or > 0x7f)
            return Other;
        char c = (char)code;
        char shifted = (modifiers & Shift) != 0 ? UsKeyboard.Shifted(c) : c;
        if ((modifiers & Control) != 0 && ControlOf(c, shifted) is { } control)
            return new(KeyKind.Character, (byte)control);
        if ((modifiers & Control) != 0 || (c == Enter && (modifiers & Shift) != 0))
            return Other;
        return new(KeyKind.Character, (byte)shifted);
    }

    private static char? ControlOf(char c, char shifted)
    {
        char upper = char.ToUpperInvariant(shifted);
        if (upper is >= '@' and <= '_')
            return (char)(upper - '@');
        int at = Digits.IndexOf(c, StringComparison.Ordinal);
        return at >= 0 ? DigitControls[at] : null;
    }
}
