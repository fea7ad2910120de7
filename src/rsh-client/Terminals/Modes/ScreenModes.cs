using System.Text;

namespace RemoteShell.Cli.Client.Terminals.Modes;

/// <summary>Tracks what remote programs have changed at the terminal and not changed back: modes, colours, keys, regions.</summary>
/// <remarks>
/// A program that is detached or killed does not restore the terminal itself. Each change is kept with the control sequence that undoes
/// it, until the program undoes it. The title is not restored, since a terminal does not tell it; titles that a program has saved are.
/// </remarks>
internal sealed class ScreenModes
{
    private const string String = "\u001b]", End = "\u001b\\", Csi = "\u001b[";

    // Saved titles; xterm keeps ten.
    private const int MaxTitles = 10;
    private const int PaletteSize = 256;

    private readonly ControlSequenceParser _parser = new();
    private readonly Dictionary<Change, string> _undo = [];
    private readonly List<int> _alternate = [];
    private readonly List<int> _titles = [];
    private readonly KeyboardFlags _mainKeys = new();
    private readonly KeyboardFlags _alternateKeys = new();
    private bool _isCursorHidden;
    private int _missing;

    /// <summary>Whether a program uses the alternate screen.</summary>
    public bool IsFullScreen => _alternate.Count > 0;

    /// <summary>Whether something else can be written here: the output ends neither within a sequence nor within a character.</summary>
    public bool IsBetweenSequences => _parser.IsInText && _missing == 0;

    /// <summary>Whether rows count from the top of the scrolling region.</summary>
    public bool HasOrigin => _undo.ContainsKey(new(Setting.PrivateMode, PrivateModes.Origin));

    /// <summary>The first and the last row of the scrolling region; a last row of 0: the last one of the terminal.</summary>
    public (int First, int Last) Region { get; private set; } = (1, 0);

    /// <summary>Whether text is inserted.</summary>
    public bool HasInsert => _undo.ContainsKey(new(Setting.Mode, PrivateModes.Insert));

    /// <summary>Whether letters may be shown as other characters.</summary>
    public bool HasCharset => _undo.ContainsKey(new(Setting.Charset, 0)) || _undo.ContainsKey(new(Setting.ShiftedCharset, 0));

    private KeyboardFlags Keys => IsFullScreen ? _alternateKeys : _mainKeys;

    /// <summary>Reads output that the terminal shows.</summary>
    public void Look(ReadOnlySpan<byte> shown)
    {
        _missing = MissingBytes(shown, _missing);
        while (_parser.Next(ref shown) is not SequenceKind.None and var kind)
        {
            switch (kind)
            {
                case SequenceKind.Control:
                    Shift(_parser.Final);
                    break;
                case SequenceKind.Escape:
                    ReadEscape();
                    break;
                case SequenceKind.Csi:
                    ReadCsi(_parser.Parameters);
                    break;
                case SequenceKind.Osc:
                    ReadOsc(Encoding.UTF8.GetString(_parser.Text));
                    break;
            }
        }
    }

    /// <summary>Ends a control sequence that the output has begun; empty if there is none.</summary>
    public string Abort => _parser.Abort;

    /// <summary>The control sequences that undo all changes; empty if there are none.</summary>
    /// <param name="rows">The number of rows of the terminal.</param>
    public string Reset(int rows)
    {
        var text = new StringBuilder();
        bool hadOrigin = HasOrigin;
        if (Region.First <= 1 && Region.Last >= rows)
            Set(Setting.Region, 0, isChanged: false, "");
        foreach ((Change _, string undo) in _undo.OrderBy(change => change.Key.Setting).ThenBy(change => change.Key.Number))
            text.Append(undo);
        for (int i = _titles.Count - 1; i >= 0; i--)
            text.Append(Csi).Append("23;").Append(_titles[i]).Append('t');
        if (IsFullScreen)
        {
            text.Append(_alternateKeys.Reset());
            foreach (int mode in _alternate)
                text.Append(Csi).Append('?').Append(mode).Append('l');
        }
        else if (hadOrigin)
        {
            // Resetting it moved the cursor to the top.
            text.Append(Csi).Append("9999;1H");
        }

        text.Append(_mainKeys.Reset());
        if (_isCursorHidden)
            text.Append(Csi).Append('?').Append(PrivateModes.Cursor).Append('h');
        return text.ToString();
    }

    // How many bytes the last character of UTF-8 lacks.
    private static int MissingBytes(ReadOnlySpan<byte> shown, int missing)
    {
        for (int i = 1; i <= Math.Min(shown.Length, 3); i++)
        {
            byte b = shown[^i];
            if (b < 0x80)
                return 0;
            int length = b switch
            {
                >= 0xf0 => 4,
                >= 0xe0 => 3,
                >= 0xc0 => 2,
                _ => 0,
            };
            if (length > 0)
                return Math.Max(0, length - i);
        }

        return Math.Max(0, missing - shown.Length);
    }

    private void Set(Setting setting, int number, bool isChanged, string undo)
    {
        if (isChanged)
            _undo[new(setting, number)] = undo;
        else
            _undo.Remove(new(setting, number));
    }

    private void Shift(char control)
    {
        if (control is '\u000e' or '\u000f')
            Set(Setting.ShiftedCharset, 0, control == '\u000e', "\u000f");
    }

    private void ReadEscape()
    {
        switch (_parser.Intermediate, _parser.Final)
        {
            case ('\0', 'c'):
                Clear();
                break;
            case ('\0', '=' or '>'):
                Set(Setting.Keypad, 0, _parser.Final == '=', "\u001b>");
                break;
            case ('\0', 'n' or 'o'):
                Set(Setting.ShiftedCharset, 0, isChanged: true, "\u000f");
                break;
            case ('(', var charset):
                Set(Setting.Charset, 0, charset != 'B', "\u001b(B");
                break;
            case ('%', var coding):
                Set(Setting.Coding, 0, coding == '@', "\u001b%G");
                break;
        }
    }

    private void ReadCsi(ReadOnlySpan<int> numbers)
    {
        switch (_parser.Prefix, _parser.Intermediate, _parser.Final)
        {
            case ('?' or '\0', '\0', 'h' or 'l'):
                foreach (int mode in numbers)
                    SetMode(mode, _parser.Final == 'h');
                break;
            case ('\0', '\0', 'm'):
                Set(Setting.Colours, 0, HasColours(numbers), $"{Csi}m");
                break;
            case ('\0', '\0', 'r'):
                // The terminal moves the cursor when it sets the region.
                Region = (Math.Max(1, numbers[0]), numbers.Length == 1 ? 0 : numbers[1]);
                Set(Setting.Region, 0, Region != (1, 0), $"\u001b7{Csi}r\u001b8");
                break;
            case ('\0', ' ', 'q'):
                Set(Setting.CursorShape, 0, numbers[0] != 0, $"{Csi}0 q");
                break;
            case ('\0', '"', 'q'):
                Set(Setting.Protection, 0, numbers[0] == 1, $"{Csi}0\"q");
                break;
            case ('\0' or '?', '\0', 'i') when numbers[0] is 4 or 5:
                Set(Setting.Printer, _parser.Prefix, numbers[0] == 5, _parser.Prefix == '?' ? $"{Csi}?4i" : $"{Csi}4i");
                break;
            case ('?', '\0', 'c'):
                Set(Setting.LinuxCursor, 0, numbers[0] != 0, $"{Csi}?0c");
                break;
            case ('\0', '\0', 't') when numbers[0] is 22 or 23:
                SaveTitle(numbers.Length > 1 ? numbers[1] : 0);
                break;
            default:
                ReadKeys(numbers);
                break;
        }
    }

    private void ReadKeys(ReadOnlySpan<int> numbers)
    {
        int first = numbers[0], second = numbers.Length > 1 ? numbers[1] : 0;
        switch (_parser.Prefix, _parser.Intermediate, _parser.Final)
        {
            case ('>', '\0', 'm' or 'f'):
                Setting setting = _parser.Final == 'm' ? Setting.OtherKeys : Setting.KeyFormat;
                // 4 is modifyOtherKeys, whose default is 0.
                bool isDefault = numbers.Length == 1 || (first == 4 && second == 0);
                Set(setting, first, !isDefault, $"{Csi}>{first}{_parser.Final}");
                break;
            case ('>', '\0', 'n'):
                Set(Setting.OtherKeys, first, first != 4, $"{Csi}>{first}m");
                break;
            case ('>', '\0', 'u'):
                Keys.Push();
                break;
            case ('<', '\0', 'u'):
                Keys.Pop(Math.Max(first, 1));
                break;
            case ('=', '\0', 'u'):
                Keys.Set(first, second);
                break;
        }
    }

    private void SetMode(int mode, bool isSet)
    {
        if (_parser.Prefix == '\0')
        {
            Set(Setting.Mode, mode, PrivateModes.IsChanged(mode, isSet, '\0'), $"{Csi}{mode}{(isSet ? 'l' : 'h')}");
            return;
        }

        if (mode == PrivateModes.Cursor)
            _isCursorHidden = !isSet;
        else if (!PrivateModes.AlternateScreen.Contains(mode))
            Set(Setting.PrivateMode, mode, PrivateModes.IsChanged(mode, isSet, '?'), $"{Csi}?{mode}{(isSet ? 'l' : 'h')}");
        else if (!isSet)
            _alternate.Clear();
        else if (!_alternate.Contains(mode))
            _alternate.Add(mode);
    }

    // Whether text has a colour or another attribute afterwards.
    private bool HasColours(ReadOnlySpan<int> numbers)
    {
        bool isPlain = !_undo.ContainsKey(new(Setting.Colours, 0));
        for (int i = 0; i < numbers.Length; i++)
        {
            if ((_parser.SubParameters & (1u << i)) != 0)
                continue;
            isPlain = numbers[i] == 0;
            // 38;5;N and 38;2;R;G;B: the numbers that follow are not attributes.
            bool isColour = numbers[i] is 38 or 48 or 58 && i + 1 < numbers.Length && (_parser.SubParameters & (1u << (i + 1))) == 0;
            if (isColour)
                i += numbers[i + 1] == 5 ? 2 : 4;
        }

        return !isPlain;
    }

    private void SaveTitle(int kind)
    {
        if (_parser.Parameters[0] == 23)
        {
            int at = _titles.LastIndexOf(kind);
            if (_titles.Count > 0)
                _titles.RemoveAt(at >= 0 ? at : _titles.Count - 1);
            return;
        }

        if (_titles.Count == MaxTitles)
            _titles.RemoveAt(0);
        _titles.Add(kind);
    }

    private void ReadOsc(string text)
    {
        string[] parts = text.Split(';');
        if (!int.TryParse(parts[0], out int number))
            return;
        switch (number)
        {
            case 8:
                bool isOpen = _parser.IsTextCut || (parts.Length > 2 && string.Join(';', parts[2..]).Length > 0);
                Set(Setting.Link, 0, isOpen, $"{String}8;;{End}");
                break;
            case >= 10 and <= 19:
                for (int i = 1; i < parts.Length && number + i - 1 <= 19; i++)
                    SetDynamicColour(number + i - 1, parts[i]);
                break;
            case >= 110 and <= 119:
                Set(Setting.DynamicColour, number, isChanged: false, "");
                break;
            case 4 or 104:
                SetPalette(number, parts);
                break;
            case 9 when parts is [_, "4", var state, ..]:
                Set(Setting.Progress, 0, state != "0", $"{String}9;4;0{End}");
                break;
        }
    }

    private void SetDynamicColour(int number, string colour)
    {
        if (colour is not ("?" or ""))
            Set(Setting.DynamicColour, number + 100, isChanged: true, $"{String}{number + 100}{End}");
    }

    private void SetPalette(int number, string[] parts)
    {
        if (number == 104 && parts.Length == 1)
        {
            for (int colour = 0; colour < PaletteSize; colour++)
                Set(Setting.Palette, colour, isChanged: false, "");
            return;
        }

        for (int i = 1; i < parts.Length; i += number == 4 ? 2 : 1)
        {
            bool isColour = int.TryParse(parts[i], out int colour) && colour is >= 0 and < PaletteSize;
            bool isQuery = number == 4 && (i + 1 >= parts.Length || parts[i + 1] == "?");
            if (isColour && !isQuery)
                Set(Setting.Palette, colour, number == 4, $"{String}104;{colour}{End}");
        }
    }

    // ESC c: the terminal resets itself.
    private void Clear()
    {
        _undo.Clear();
        _alternate.Clear();
        _titles.Clear();
        _mainKeys.Clear();
        _alternateKeys.Clear();
        (_isCursorHidden, Region) = (false, (1, 0));
    }
}
