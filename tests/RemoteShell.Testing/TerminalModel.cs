using System.Globalization;
using System.Text;

namespace RemoteShell.Testing;

/// <summary>A model of a terminal: what it shows, and what programs have changed at it.</summary>
/// <remarks>
/// Written from the documentation of xterm and of the kitty keyboard protocol, without the code under test. Each cell has one character,
/// so texts with wide characters take fewer cells here than on a terminal.
/// </remarks>
public sealed class TerminalModel
{
    private static readonly HashSet<string> OnByDefault = ["?7", "?8", "?25", "12"];
    private static readonly string[] AlternateScreens = ["?47", "?1047", "?1049"];

    // What ESC 7 saves beside the cursor's position.
    private static readonly string[] SavedSettings = ["colours", "G0", "shift"];

    private readonly int _columns;
    private readonly int _rows;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly HashSet<string> _modes = [.. OnByDefault];
    private readonly SortedDictionary<string, string> _settings = new(StringComparer.Ordinal);
    private readonly Stack<int> _mainKeys = new();
    private readonly Stack<int> _alternateKeys = new();
    private readonly Stack<string> _titles = new();
    private readonly StringBuilder _sequence = new();
    private readonly Dictionary<bool, Cursor> _saved = [];
    private char[][] _main;
    private char[][] _alternate;
    private Cursor _cursor;
    private (int Top, int Bottom) _region;

    public TerminalModel(int columns = 80, int rows = 24)
    {
        (_columns, _rows) = (columns, rows);
        (_main, _alternate) = (Empty(), Empty());
        _region = (0, rows - 1);
    }

    /// <summary>Rings of the bell.</summary>
    public int Bells { get; private set; }

    /// <summary>Whether the alternate screen is shown.</summary>
    public bool IsAlternate => AlternateScreens.Any(_modes.Contains);

    /// <summary>The lines of the screen, without blanks at the end.</summary>
    public IReadOnlyList<string> Lines => [.. Cells.Select(line => new string(line).TrimEnd())];

    /// <summary>What differs from a terminal that was just opened; empty: nothing.</summary>
    public string Changes
    {
        get
        {
            IEnumerable<string> modes = _modes.Except(OnByDefault).Select(mode => $"+{mode}")
                .Concat(OnByDefault.Except(_modes).Select(mode => $"-{mode}"));
            IEnumerable<string> keys = new[] { ("keys", _mainKeys), ("alternate keys", _alternateKeys) }
                .Where(stack => stack.Item2.Any(flags => flags != 0) || stack.Item2.Count > 1)
                .Select(stack => $"{stack.Item1} {string.Join(',', stack.Item2)}");
            IEnumerable<string> others = _settings.Select(setting => $"{setting.Key} {setting.Value}");
            string region = _region == (0, _rows - 1) ? "" : $"region {_region}";
            string titles = _titles.Count > 0 ? $"titles {_titles.Count}" : "";
            string open = _sequence.Length > 0 ? "within a sequence" : "";
            IEnumerable<string> all = modes.Order().Concat(keys).Concat(others).Append(region).Append(titles).Append(open);
            return string.Join("; ", all.Where(part => part.Length > 0));
        }
    }

    private char[][] Cells => IsAlternate ? _alternate : _main;

    private Stack<int> Keys => IsAlternate ? _alternateKeys : _mainKeys;

    /// <summary>The model after all these bytes.</summary>
    public static TerminalModel Of(ReadOnlySpan<byte> shown, int columns = 80, int rows = 24)
    {
        var model = new TerminalModel(columns, rows);
        model.Show(shown);
        return model;
    }

    public void Show(string text) => Show(Encoding.UTF8.GetBytes(text));

    public void Show(ReadOnlySpan<byte> bytes)
    {
        var characters = new char[bytes.Length + 4];
        int count = _decoder.GetChars(bytes, characters, flush: false);
        foreach (char c in characters.AsSpan(0, count))
            Take(c);
    }

    private char[][] Empty() => [.. Enumerable.Range(0, _rows).Select(_ => Blank())];

    private char[] Blank() => [.. Enumerable.Repeat(' ', _columns)];

    private void Take(char c)
    {
        if (_sequence.Length == 0)
        {
            if (c == '\u001b')
                _sequence.Append(c);
            else
                Print(c);
            return;
        }

        // CAN and SUB abort a sequence, ESC begins another one.
        if (c is '\u0018' or '\u001a')
        {
            _sequence.Clear();
            return;
        }

        bool isString = _sequence.Length > 1 && _sequence[1] is ']' or 'P' or '_' or '^' or 'X';
        if (c == '\u001b' && !isString)
        {
            _sequence.Clear().Append(c);
            return;
        }

        if (c < ' ' && !isString)
        {
            Print(c);
            return;
        }

        _sequence.Append(c);
        string text = _sequence.ToString();
        bool isOver = text[1] switch
        {
            '[' => text.Length > 2 && c is >= '@' and <= '~',
            ']' => c == '\a' || text.EndsWith("\u001b\\", StringComparison.Ordinal),
            'P' or '_' or '^' or 'X' => text.EndsWith("\u001b\\", StringComparison.Ordinal),
            _ => c is >= '0' and <= '~',
        };
        if (!isOver)
            return;
        _sequence.Clear();
        if (text[1] == '[')
            Csi(text[2..^1], c);
        else if (text[1] == ']')
            Osc(text[2..].TrimEnd('\a', '\\', '\u001b'));
        else
            Escape(text[1..]);
    }

    private void Print(char c)
    {
        switch (c)
        {
            case '\r':
                _cursor.Column = 0;
                break;
            case '\n' or '\v' or '\f':
                LineFeed();
                break;
            case '\b':
                _cursor.Column = Math.Max(0, _cursor.Column - 1);
                break;
            case '\t':
                _cursor.Column = Math.Min(_columns - 1, (_cursor.Column / 8 * 8) + 8);
                break;
            case '\a':
                Bells++;
                break;
            case '\u000e' or '\u000f':
                Change("shift", c == '\u000e' ? "G1" : null);
                break;
            case >= ' ':
                Put(c);
                break;
        }
    }

    private void Put(char c)
    {
        if (_cursor.Column >= _columns)
        {
            if (_modes.Contains("?7"))
            {
                _cursor.Column = 0;
                LineFeed();
            }
            else
            {
                _cursor.Column = _columns - 1;
            }
        }

        char[] line = Cells[_cursor.Row];
        if (_modes.Contains("4"))
            Array.Copy(line, _cursor.Column, line, _cursor.Column + 1, _columns - _cursor.Column - 1);
        line[_cursor.Column++] = c;
    }

    private void LineFeed()
    {
        if (_cursor.Row == _region.Bottom)
            Scroll(_region.Top, 1);
        else
            _cursor.Row = Math.Min(_rows - 1, _cursor.Row + 1);
    }

    // Up for a positive count, from this row to the end of the region.
    private void Scroll(int top, int count)
    {
        char[][] cells = Cells;
        for (int i = 0; i < Math.Abs(count) && top <= _region.Bottom; i++)
        {
            List<char[]> lines = [.. cells[top..(_region.Bottom + 1)]];
            if (count > 0)
                lines = [.. lines[1..], Blank()];
            else
                lines = [Blank(), .. lines[..^1]];
            lines.CopyTo(cells, top);
        }
    }

    private void Escape(string text)
    {
        switch (text)
        {
            case "7":
                _saved[IsAlternate] = _cursor with
                {
                    HasOrigin = _modes.Contains("?6"),
                    Settings = [.. SavedSettings.Select(setting => _settings.GetValueOrDefault(setting))],
                };
                break;
            case "8":
                Restore();
                break;
            case "=" or ">":
                Change("keypad", text == "=" ? "application" : null);
                break;
            case "c":
                Reset();
                break;
            case "D" or "E":
                LineFeed();
                break;
            case "M" when _cursor.Row == _region.Top:
                Scroll(_region.Top, -1);
                break;
            case "M":
                _cursor.Row--;
                break;
            case ['(', var set]:
                Change("G0", set == 'B' ? null : set.ToString());
                break;
            case ['%', var coding]:
                Change("coding", coding == '@' ? "8 bit" : null);
                break;
            case "n" or "o":
                Change("shift", text);
                break;
        }
    }

    private void Restore()
    {
        _cursor = _saved.GetValueOrDefault(IsAlternate);
        _modes.Remove("?6");
        if (_cursor.HasOrigin)
            _modes.Add("?6");
        for (int i = 0; i < SavedSettings.Length; i++)
            Change(SavedSettings[i], _cursor.Settings?[i]);
    }

    private void Reset()
    {
        _modes.Clear();
        _modes.UnionWith(OnByDefault);
        _settings.Clear();
        _mainKeys.Clear();
        _alternateKeys.Clear();
        _titles.Clear();
        (_main, _alternate, _cursor, _region) = (Empty(), Empty(), default, (0, _rows - 1));
    }

    private void Csi(string parameters, char final)
    {
        string marks = new([.. parameters.Where(c => c is >= '<' and <= '?' or >= ' ' and <= '/')]);
        int[] numbers = [.. parameters.Trim('<', '=', '>', '?', ' ', '"', '!', '$').Split(';').Select(Number)];
        int first = numbers[0], one = Math.Max(1, first), second = numbers.ElementAtOrDefault(1);
        switch (marks + final)
        {
            case "H" or "f":
                int row = one - 1 + (_modes.Contains("?6") ? _region.Top : 0);
                (_cursor.Row, _cursor.Column) = (Math.Min(_rows - 1, row), Math.Clamp(second - 1, 0, _columns - 1));
                break;
            case "A":
                _cursor.Row = Math.Max(0, _cursor.Row - one);
                break;
            case "B":
                _cursor.Row = Math.Min(_rows - 1, _cursor.Row + one);
                break;
            case "C":
                _cursor.Column = Math.Min(_columns - 1, _cursor.Column + one);
                break;
            case "D":
                _cursor.Column = Math.Max(0, _cursor.Column - one);
                break;
            case "G":
                _cursor.Column = Math.Min(_columns, one) - 1;
                break;
            case "d":
                _cursor.Row = Math.Min(_rows, one) - 1;
                break;
            case "J" or "K":
                Erase(first, final == 'J');
                break;
            case "L":
                Scroll(_cursor.Row, -one);
                break;
            case "M":
                Scroll(_cursor.Row, one);
                break;
            case "S" or "T":
                Scroll(_region.Top, final == 'S' ? one : -one);
                break;
            case "P":
                char[] line = Cells[_cursor.Row];
                line.AsSpan(Math.Min(_columns, _cursor.Column + one)).CopyTo(line.AsSpan(Math.Min(_cursor.Column, _columns)));
                line.AsSpan(_columns - Math.Min(one, _columns)).Fill(' ');
                break;
            case "r":
                _region = second == 0 ? (Math.Max(0, first - 1), _rows - 1) : (Math.Max(0, first - 1), Math.Min(_rows, second) - 1);
                _cursor = default;
                break;
            case "h" or "l" or "?h" or "?l":
                foreach (int mode in numbers)
                    SetMode(marks + mode.ToString(CultureInfo.InvariantCulture), final == 'h');
                break;
            case "m":
                // In 38;5;0 the last number is a colour.
                bool isPlain = parameters is "" or "0" || (parameters.EndsWith(";0", StringComparison.Ordinal) && !numbers.Contains(38));
                Change("colours", isPlain ? null : parameters);
                break;
            case " q":
                Change("cursor", first == 0 ? null : $"{first}");
                break;
            case "\"q":
                Change("protected", first == 1 ? "yes" : null);
                break;
            case ">m" or ">f":
                Change($"keys {first}{final}", second == 0 ? null : $"{second}");
                break;
            case ">n":
                Change($"keys {first}m", first == 4 ? null : "off");
                break;
            case "i" or "?i":
                Change($"printer {marks}", first == 5 ? "on" : null);
                break;
            case "?c":
                Change("linux cursor", first == 0 ? null : $"{first}");
                break;
            case "t" when first == 22:
                _titles.Push($"{second}");
                break;
            case "t" when first == 23:
                _titles.TryPop(out _);
                break;
            case ">u" or "<u" or "=u":
                SetKeys(marks, first, second);
                break;
        }
    }

    // The top of the stack holds the flags that are in force.
    private void SetKeys(string how, int first, int second)
    {
        Stack<int> keys = Keys;
        int now = keys.TryPeek(out int flags) ? flags : 0;
        switch (how)
        {
            case ">":
                if (keys.Count == 0)
                    keys.Push(0);
                keys.Push(first);
                break;
            case "<":
                for (int i = 0; i < Math.Max(1, first); i++)
                    keys.TryPop(out _);
                break;
            default:
                keys.TryPop(out _);
                keys.Push(second switch
                {
                    2 => now | first,
                    3 => now & ~first,
                    _ => first,
                });
                break;
        }
    }

    private void SetMode(string mode, bool isOn)
    {
        bool wasOn = _modes.Contains(mode);
        if (mode is "?1049" or "?1047" && isOn && !wasOn)
        {
            if (mode == "?1049")
                Escape("7");
            _alternate = Empty();
        }

        if (isOn)
            _modes.Add(mode);
        else
            _modes.Remove(mode);
        if (mode == "?1049" && !isOn && wasOn)
            Restore();
        if (mode == "?6" && isOn != wasOn)
            (_cursor.Row, _cursor.Column) = (isOn ? _region.Top : 0, 0);
    }

    private void Erase(int what, bool isScreen)
    {
        int column = Math.Min(_cursor.Column, _columns);
        char[][] cells = Cells;
        if (what is 0 or 2)
            cells[_cursor.Row].AsSpan(what == 0 ? column : 0).Fill(' ');
        if (what is 1)
            cells[_cursor.Row].AsSpan(0, Math.Min(_columns, column + 1)).Fill(' ');
        for (int row = 0; isScreen && row < _rows; row++)
        {
            bool isErased = what is 2 or 3 || (what == 0 && row > _cursor.Row) || (what == 1 && row < _cursor.Row);
            if (isErased)
                cells[row] = Blank();
        }
    }

    private void Osc(string text)
    {
        string[] parts = text.Split(';');
        int number = Number(parts[0]);
        switch (number)
        {
            case 8:
                string address = string.Join(';', parts.Skip(2));
                Change("link", address.Length == 0 ? null : address);
                break;
            case >= 10 and <= 19 when parts.Length > 1 && parts[1] != "?":
                Change($"colour {number}", parts[1]);
                break;
            case >= 110 and <= 119:
                Change($"colour {number - 100}", null);
                break;
            case 4 when parts.Length > 2 && parts[2] != "?":
                Change($"palette {parts[1]}", parts[2]);
                break;
            case 104:
                foreach (string colour in _settings.Keys.Where(key => key.StartsWith("palette ", StringComparison.Ordinal)).ToArray())
                    Change(colour, parts.Length == 1 || colour == $"palette {parts[1]}" ? null : _settings[colour]);
                break;
            case 9 when parts.Length > 2:
                Change("progress", parts[2] == "0" ? null : parts[2]);
                break;
        }
    }

    private void Change(string setting, string? value)
    {
        if (value is null)
            _settings.Remove(setting);
        else
            _settings[setting] = value;
    }

    private static int Number(string text)
        => int.TryParse(text.Split(':')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    private record struct Cursor(int Row, int Column, bool HasOrigin, string?[]? Settings);
}
