using System.Runtime.InteropServices;
using System.Text;
using RadLine;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Keys for the line editor, from the bytes of a terminal in raw mode. What was typed or pasted behind a line's end waits for the next line.</summary>
internal sealed partial class RawKeyReader : IInputSource
{
    private const int StandardInput = 0;
    private const short Readable = 1;

    // Milliseconds for the rest of a key.
    private const int KeyTime = 50;

    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private readonly Queue<char> _characters = new();
    private bool _isLineDone;

    /// <summary>Whether the terminal is gone.</summary>
    public bool HasEnded { get; private set; }

    // Pasted lines run one after the other: nothing is to be made of them.
    public bool ByPassProcessing => true;

    /// <summary>The next line begins.</summary>
    public void BeginLine() => _isLineDone = false;

    /// <summary>Gives up what was typed ahead, to whoever has the keys next.</summary>
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
        // Ctrl+D ends a line only where it is empty, and then there is no next one.
        _isLineDone = key.Key is ConsoleKey.Enter || key is { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control };
        return key;
    }

    // The line is dropped, and nothing follows it.
    private ConsoleKeyInfo Ended()
    {
        _isLineDone = true;
        return Control(ConsoleKey.C);
    }

    private ConsoleKeyInfo KeyOf(char typed) => typed switch
    {
        '\r' or '\n' => new('\0', ConsoleKey.Enter, false, false, false),
        // A tab with something behind it was pasted: nobody waits for a completion in the middle of a line.
        '\t' when _characters.Count > 0 => new(' ', ConsoleKey.Spacebar, false, false, false),
        '\t' => new('\0', ConsoleKey.Tab, false, false, false),
        '\x7f' or '\b' => new('\0', ConsoleKey.Backspace, false, false, false),
        >= '\x01' and <= '\x1a' => Control((ConsoleKey)('A' + typed - 1)),
        < ' ' => new('\0', ConsoleKey.None, false, false, false),
        _ => new(typed, ConsoleKey.None, false, false, false),
    };

    private static ConsoleKeyInfo Control(ConsoleKey key) => new('\0', key, false, false, control: true);

    // CSI parameters final, or SS3 final; a key with Alt, or Escape alone, means nothing here.
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
                return Named(next, parameters) is { } key ? new('\0', key, false, false, control: parameters.EndsWith(";5", StringComparison.Ordinal)) : none;
            parameters += next;
        }

        return none;
    }

    // A network may have cut a key in two.
    private bool MoreComes() => _characters.Count > 0 || (Fill(KeyTime) && _characters.Count > 0);

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

    private bool Fill(int timeout)
    {
        var request = new PollRequest { Descriptor = StandardInput, Events = Readable };
        if (Poll(ref request, 1, timeout) <= 0)
            return false;
        Span<byte> bytes = stackalloc byte[4096];
        nint count = Read(StandardInput, bytes, bytes.Length);
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

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollRequest request, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, Span<byte> buffer, nint count);

    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Results;
    }
}
