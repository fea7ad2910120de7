namespace RemoteShell.Cli.Client.Terminals;

/// <summary>What remote programs have switched on at the terminal and not off again (<c>CSI ? n h</c>): a program that is left in the middle does not tidy up behind itself.</summary>
internal sealed class ScreenModes
{
    // What it takes to have a usable line again: application keys, mice, the other screen, pasting in brackets.
    private static readonly int[] Tidied = [1, 1000, 1002, 1003, 1005, 1006, 1015, 1004, 47, 1047, 1049, 2004];

    private const int HiddenCursor = 25;

    private readonly HashSet<int> _on = [];
    private readonly List<int> _numbers = [];
    private State _state;
    private int _number;
    private bool _isCursorHidden;

    private enum State
    {
        Text,
        Escape,
        Bracket,
        Number,
    }

    /// <summary>Whether a program has the whole screen.</summary>
    public bool IsFullScreen => _on.Contains(1049) || _on.Contains(1047) || _on.Contains(47);

    /// <summary>Looks at what is shown.</summary>
    public void Look(ReadOnlySpan<byte> shown)
    {
        if (_state == State.Text && shown.IndexOf((byte)'\x1b') is var escape)
        {
            if (escape < 0)
                return;
            shown = shown[escape..];
        }

        foreach (byte b in shown)
            _state = Next(b);
    }

    /// <summary>What undoes what is not tracked: colours, keypad and key encodings, the scrolling region, other character sets.</summary>
    public static string Plain => "\u001b7\u001b[r\u001b8\u001b[0m\u001b>\u001b[>4m\u001b(B\u000f";

    /// <summary>Whether something is on that a shell does not expect.</summary>
    public bool AreStrange => _isCursorHidden || _on.Count > 0;

    /// <summary>What makes the terminal usable again.</summary>
    public string Tidy()
        => Plain + string.Concat(Tidied.Where(_on.Contains).Select(mode => $"\u001b[?{mode}l")) + (_isCursorHidden ? $"\u001b[?{HiddenCursor}h" : "");

    private State Next(byte b)
    {
        switch (_state, (char)b)
        {
            case (_, '\x1b'):
                return State.Escape;
            case (State.Escape, '['):
                return State.Bracket;
            case (State.Bracket, '?'):
                _number = 0;
                _numbers.Clear();
                return State.Number;
            case (State.Number, >= '0' and <= '9') when _number < 100_000:
                _number = (_number * 10) + (b - '0');
                return State.Number;
            case (State.Number, ';') when _numbers.Count < 16:
                _numbers.Add(_number);
                _number = 0;
                return State.Number;
            case (State.Number, 'h' or 'l'):
                _numbers.Add(_number);
                foreach (int mode in _numbers)
                    Set(mode, b == 'h');
                return State.Text;
            default:
                return State.Text;
        }
    }

    private void Set(int mode, bool isOn)
    {
        if (mode == HiddenCursor)
            _isCursorHidden = !isOn;
        else if (isOn && Tidied.Contains(mode))
            _on.Add(mode);
        else
            _on.Remove(mode);
    }
}
