using System.Buffers;

namespace RemoteShell.Cli.Client.Terminals.Modes;

/// <summary>Finds the control sequences (ECMA-48) in what a program writes to its terminal. Allocates nothing.</summary>
internal sealed class ControlSequenceParser
{
    private const int MaxParameters = 32;
    private const int MaxValue = 100_000;
    private const byte Bell = 7, ShiftOut = 0x0e, ShiftIn = 0x0f, Cancel = 0x18, Substitute = 0x1a, Esc = 0x1b;

    // The first byte of U+0080 to U+009F in UTF-8. Some terminals take these characters for ESC and one of @ to _.
    private const byte C1Lead = 0xc2;

    private static readonly SearchValues<byte> Starts = SearchValues.Create(ShiftOut, ShiftIn, Esc, C1Lead);

    private readonly int[] _parameters = new int[MaxParameters];
    private readonly byte[] _text = new byte[512];
    private State _state;
    private int _count;
    private int _length;

    private enum State
    {
        Text,
        C1,
        Escape,
        Csi,
        Osc,
        OtherString,
    }

    /// <summary>Whether the output so far ends between two sequences.</summary>
    public bool IsInText => _state == State.Text;

    /// <summary>Ends an unfinished sequence; empty if there is none. A terminal would take what follows for a part of it.</summary>
    public string Abort => _state switch
    {
        State.Text or State.C1 => "",
        State.Osc or State.OtherString => "\u001b\\",
        _ => "\u0018",
    };

    /// <summary>The control character, or the final one.</summary>
    public char Final { get; private set; }

    /// <summary>The last intermediate character; NUL if there is none.</summary>
    public char Intermediate { get; private set; }

    /// <summary>The private prefix of a CSI, one of <c>&lt; = &gt; ?</c>; NUL if there is none.</summary>
    public char Prefix { get; private set; }

    /// <summary>The parameters of a CSI; one that was left out is 0. At least one.</summary>
    public ReadOnlySpan<int> Parameters => _parameters.AsSpan(0, Math.Min(_count + 1, MaxParameters));

    /// <summary>The parameters that follow a colon, as bits: they belong to the parameter before.</summary>
    public uint SubParameters { get; private set; }

    /// <summary>Whether the CSI has a parameter.</summary>
    public bool HasParameters { get; private set; }

    /// <summary>The text of an OSC, at most 512 bytes.</summary>
    public ReadOnlySpan<byte> Text => _text.AsSpan(0, Math.Min(_length, _text.Length));

    /// <summary>Whether the text of the OSC was longer than <see cref="Text"/>.</summary>
    public bool IsTextCut => _length > _text.Length;

    /// <summary>Reads up to the end of the next sequence, and drops what was read from <paramref name="shown"/>.</summary>
    /// <returns>The kind of the sequence; None if all was read.</returns>
    public SequenceKind Next(ref ReadOnlySpan<byte> shown)
    {
        while (shown.Length > 0)
        {
            if (_state == State.Text)
            {
                int start = shown.IndexOfAny(Starts);
                if (start < 0)
                    break;
                shown = shown[start..];
            }

            byte b = shown[0];
            // ESC ends a string, and begins the next sequence.
            bool endsText = _state == State.Osc && b is Bell or Esc;
            SequenceKind kind = endsText ? EndText(b) : Read(b);
            shown = shown[1..];
            if (kind != SequenceKind.None)
                return kind;
        }

        shown = default;
        return SequenceKind.None;
    }

    private SequenceKind EndText(byte b)
    {
        _state = b == Esc ? State.Escape : State.Text;
        Intermediate = '\0';
        return SequenceKind.Osc;
    }

    private SequenceKind Read(byte b)
    {
        switch (b)
        {
            case Esc:
                _state = State.Escape;
                Intermediate = '\0';
                return SequenceKind.None;
            case Cancel or Substitute:
                _state = State.Text;
                return SequenceKind.None;
            case < 0x20 when _state is not (State.Osc or State.OtherString):
                Final = (char)b;
                return SequenceKind.Control;
        }

        switch (_state)
        {
            case State.Text:
                _state = b == C1Lead ? State.C1 : State.Text;
                return SequenceKind.None;
            case State.C1:
                _state = State.Text;
                Intermediate = '\0';
                return b is >= 0x80 and <= 0x9f ? ReadEscape((char)(b - 0x40)) : SequenceKind.None;
            case State.Escape:
                return ReadEscape((char)b);
            case State.Csi:
                return ReadCsi((char)b);
            case State.Osc:
                if (_length < _text.Length)
                    _text[_length] = b;
                _length = Math.Min(_length + 1, _text.Length + 1);
                return SequenceKind.None;
            default:
                return SequenceKind.None;
        }
    }

    private SequenceKind ReadEscape(char c)
    {
        if (c is >= ' ' and <= '/')
        {
            Intermediate = c;
            return SequenceKind.None;
        }

        Final = c;
        if (Intermediate != '\0')
        {
            _state = State.Text;
            return SequenceKind.Escape;
        }

        switch (c)
        {
            case '[':
                (_state, Prefix, _count, SubParameters, HasParameters) = (State.Csi, '\0', 0, 0, false);
                _parameters[0] = 0;
                return SequenceKind.None;
            case ']':
                (_state, _length) = (State.Osc, 0);
                return SequenceKind.None;
            // DCS, SOS, PM, APC
            case 'P' or 'X' or '^' or '_':
                _state = State.OtherString;
                return SequenceKind.None;
            default:
                _state = State.Text;
                return SequenceKind.Escape;
        }
    }

    private SequenceKind ReadCsi(char c)
    {
        switch (c)
        {
            case >= '0' and <= '9':
                HasParameters = true;
                if (_count < MaxParameters)
                    _parameters[_count] = Math.Min((_parameters[_count] * 10) + (c - '0'), MaxValue);
                return SequenceKind.None;
            case ';' or ':':
                _count = Math.Min(_count + 1, MaxParameters);
                if (_count < MaxParameters)
                    _parameters[_count] = 0;
                if (c == ':' && _count < MaxParameters)
                    SubParameters |= 1u << _count;
                return SequenceKind.None;
            case >= '<' and <= '?':
                Prefix = c;
                return SequenceKind.None;
            case >= ' ' and <= '/':
                Intermediate = c;
                return SequenceKind.None;
            default:
                Final = c;
                _state = State.Text;
                return SequenceKind.Csi;
        }
    }
}
