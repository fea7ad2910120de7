namespace RemoteShell.Cli.Client.Terminals;

/// <summary>Tracks the terminal modes that remote programs have switched on and not off again (<c>CSI ? n h</c>).</summary>
/// <remarks>A program that is detached or killed does not reset them itself.</remarks>
internal sealed class ScreenModes
{
    // Modes that disturb a shell: application keys, mouse reports, focus reports, the alternate screen, bracketed paste.
    private static readonly int[] Tracked = [1, 1000, 1002, 1003, 1005, 1006, 1015, 1004, 47, 1047, 1049, 2004];

    private const int CursorMode = 25;

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

    /// <summary>Whether a program uses the alternate screen.</summary>
    public bool IsFullScreen => _on.Contains(1049) || _on.Contains(1047) || _on.Contains(47);

    /// <summary>Reads output that the terminal shows.</summary>
    public void Look(ReadOnlySpan<byte> shown)
    {
        if (_state == State.Text)
        {
            int escape = shown.IndexOf((byte)'\x1b');
            if (escape < 0)
                return;
            shown = shown[escape..];
        }

        foreach (byte b in shown)
            _state = Next(b);
    }

    /// <summary>Resets what is not tracked: colours, keypad and key encodings, the scrolling region, character sets.</summary>
    public static string Plain => "\u001b7\u001b[r\u001b8\u001b[0m\u001b>\u001b[>4m\u001b(B\u000f";

    /// <summary>Whether a tracked mode is on, or the cursor is hidden.</summary>
    public bool NeedsReset => _isCursorHidden || _on.Count > 0;

    /// <summary>The control sequences that reset all modes.</summary>
    public string Reset()
    {
        string modes = string.Concat(Tracked.Where(_on.Contains).Select(mode => $"\u001b[?{mode}l"));
        return Plain + modes + (_isCursorHidden ? $"\u001b[?{CursorMode}h" : "");
    }

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
        if (mode == CursorMode)
            _isCursorHidden = !isOn;
        else if (isOn && Tracked.Contains(mode))
            _on.Add(mode);
        else
            _on.Remove(mode);
    }
}
