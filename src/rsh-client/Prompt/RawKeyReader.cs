using System.Text;
using RadLine;
using RemoteShell.Cli.Client.Native;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Reads keys for the line editor from a terminal in raw mode.</summary>
/// <remarks>Keys that were typed or pasted after the end of a line wait for the next line.</remarks>
internal sealed class RawKeyReader : IInputSource
{
    // How long to wait for the rest of an escape sequence, in milliseconds.
    private const int KeyTimeout = 50;

    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private readonly Queue<char> _characters = new();
    private bool _isLineDone;

    /// <summary>Whether standard input has ended: the terminal is gone.</summary>
    public bool HasEnded { get; private set; }

    // The editor must not treat a paste in its own way: pasted lines run one after the other.
    public bool ByPassProcessing => true;

    /// <summary>Starts the next line.</summary>
    public void BeginLine() => _isLineDone = false;

    /// <summary>Takes the keys that were typed ahead, in UTF-8, for the next reader of the terminal.</summary>
    public byte[] TakeTyped()
    {
        byte[] typed = Encoding.UTF8.GetBytes([.. _characters]);
        _characters.Clear();
        return typed;
    }

    public bool IsKeyAvailable() => !_isLineDone && (_characters.Count > 0 || HasEnded || Fill(0));

    public ConsoleKeyInfo ReadKey()
    {
        while (_characters.Count == 0 && !HasEnded)
            Fill(-1);
        if (!_characters.TryDequeue(out char next))
            return Ended();
        ConsoleKeyInfo key = next == '\x1b' ? EscapeSequence() : KeyOf(next);
        // Not Ctrl+D: it ends only an empty line, and after that there is no next line.
        _isLineDone = key.Key is ConsoleKey.Enter || key is { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control };
        return key;
    }

    // The end of input: drop the line.
    private ConsoleKeyInfo Ended()
    {
        _isLineDone = true;
        return Control(ConsoleKey.C);
    }

    private ConsoleKeyInfo KeyOf(char typed) => typed switch
    {
        '\r' or '\n' => new('\0', ConsoleKey.Enter, false, false, false),
        // A tab with characters behind it was pasted; it must not start a completion.
        '\t' when _characters.Count > 0 => new(' ', ConsoleKey.Spacebar, false, false, false),
        '\t' => new('\0', ConsoleKey.Tab, false, false, false),
        '\x7f' or '\b' => new('\0', ConsoleKey.Backspace, false, false, false),
        >= '\x01' and <= '\x1a' => Control((ConsoleKey)('A' + typed - 1)),
        < ' ' => new('\0', ConsoleKey.None, false, false, false),
        _ => new(typed, ConsoleKey.None, false, false, false),
    };

    private static ConsoleKeyInfo Control(ConsoleKey key) => new('\0', key, false, false, control: true);

    // CSI parameters final, or SS3 final. Escape alone and keys with Alt are ignored.
    private ConsoleKeyInfo EscapeSequence()
    {
        var none = new ConsoleKeyInfo('\0', ConsoleKey.None, false, false, false);
        if (!MoreComes() || _characters.Peek() is not ('[' or 'O'))
            return none;
        _characters.Dequeue();
        string parameters = "";
        while (MoreComes() && _characters.TryDequeue(out char next))
        {
            if (next is >= '@' and <= '~')
            {
                bool hasControl = parameters.EndsWith(";5", StringComparison.Ordinal);
                return Named(next, parameters) is { } key ? new('\0', key, false, false, hasControl) : none;
            }

            parameters += next;
        }

        return none;
    }

    // An escape sequence may arrive in two parts.
    private bool MoreComes() => _characters.Count > 0 || (Fill(KeyTimeout) && _characters.Count > 0);

    private static ConsoleKey? Named(char final, string parameters) => (final, parameters.Split(';')[0]) switch
    {
        ('A', _) => ConsoleKey.UpArrow,
        ('B', _) => ConsoleKey.DownArrow,
        ('C', _) => ConsoleKey.RightArrow,
        ('D', _) => ConsoleKey.LeftArrow,
        ('H', _) or ('~', "1" or "7") => ConsoleKey.Home,
        ('F', _) or ('~', "4" or "8") => ConsoleKey.End,
        ('~', "3") => ConsoleKey.Delete,
        _ => null,
    };

    // Reads what is there, after at most `timeout` ms (-1: no limit). False if there are no new keys.
    private bool Fill(int timeout)
    {
        Span<PollRequest> requests = [new() { Descriptor = LibC.StandardInput, Events = LibC.PollIn }];
        if (LibC.Poll(requests, 1, timeout) <= 0)
            return false;
        Span<byte> bytes = stackalloc byte[4096];
        nint count = LibC.Read(LibC.StandardInput, bytes, bytes.Length);
        if (count <= 0)
        {
            HasEnded = true;
            return true;
        }

        Span<char> characters = stackalloc char[4096];
        foreach (char character in characters[.._utf8.GetChars(bytes[..(int)count], characters, flush: false)])
            _characters.Enqueue(character);
        return _characters.Count > 0;
    }
}
