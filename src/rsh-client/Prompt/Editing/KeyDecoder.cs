using System.Text;

namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Reads keys from the bytes of a terminal.</summary>
/// <remarks>
/// Reads each byte a limited number of times, however it arrives. A terminal's answers, such as the place of its cursor, and released
/// keys are dropped.
/// </remarks>
internal sealed class KeyDecoder
{
    // How long to wait for the rest of a key, in ms: a lone Escape is a key too; the parts of a sequence may come over a network.
    private const int EscapePatience = 50, SequencePatience = 500;

    // In bytes.
    private const int MaxSequence = 256, MaxString = 64 * 1024;
    private const byte Esc = 0x1b, Delete = 0x7f, Bell = 7;

    private byte[] _bytes = new byte[4096];
    private int _start;
    private int _end;

    // A paste has begun; up to _searched there is no end of it.
    private bool _isPaste;
    private int _searched;
    private bool _isGivenUp;

    private static ReadOnlySpan<byte> PasteStart => "\u001b[200~"u8;

    private static ReadOnlySpan<byte> PasteEnd => "\u001b[201~"u8;

    /// <summary>How long to wait for the rest of a key before <see cref="GiveUp"/>, in ms; null: without a limit.</summary>
    public int? Patience => (_end - _start, _isPaste) switch
    {
        (0, _) or (_, true) => null,
        (1, _) when _bytes[_start] == Esc => EscapePatience,
        _ => SequencePatience,
    };

    /// <summary>Adds bytes of the terminal.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_start == _end)
            (_start, _end, _searched) = (0, 0, 0);
        if (_end + bytes.Length > _bytes.Length)
            MakeRoom(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
        _isGivenUp = false;
    }

    /// <summary>The rest of an unfinished key does not come: its bytes are read as they are.</summary>
    public void GiveUp() => _isGivenUp = true;

    /// <summary>Reads the next key; false if it has not all arrived.</summary>
    public bool TryRead(out EditorKey key)
    {
        key = default;
        while (_start < _end)
        {
            if (_isPaste)
                return TryReadPaste(out key);
            ReadOnlySpan<byte> rest = _bytes.AsSpan(_start, _end - _start);
            if (rest.StartsWith(PasteStart))
            {
                _isPaste = true;
                _start += PasteStart.Length;
                _searched = _start;
                continue;
            }

            int length = Read(rest, out EditorKey? read);
            if (length == 0)
                return false;
            _start += length;
            if (read is not { } found)
                continue;
            key = found;
            return true;
        }

        return false;
    }

    /// <summary>Takes the bytes that were not read.</summary>
    public byte[] TakeRest()
    {
        byte[] rest = [.. _isPaste ? PasteStart : [], .. _bytes.AsSpan(_start, _end - _start)];
        (_start, _end, _isPaste) = (0, 0, false);
        return rest;
    }

    private void MakeRoom(int count)
    {
        int used = _end - _start;
        byte[] larger = used + count > _bytes.Length / 2 ? new byte[Math.Max(2 * _bytes.Length, 2 * (used + count))] : _bytes;
        _bytes.AsSpan(_start, used).CopyTo(larger);
        _searched = Math.Max(0, _searched - _start);
        (_bytes, _start, _end) = (larger, 0, used);
    }

    private bool TryReadPaste(out EditorKey key)
    {
        key = default;
        int from = Math.Max(_start, _searched - PasteEnd.Length);
        int found = _bytes.AsSpan(from, _end - from).IndexOf(PasteEnd);
        _searched = _end;
        if (found < 0)
            return false;
        string text = Encoding.UTF8.GetString(_bytes.AsSpan(_start, from + found - _start));
        _start = from + found + PasteEnd.Length;
        _isPaste = false;
        // A terminal sends a line feed as the key that types one.
        key = EditorKey.Pasted(text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n'));
        return true;
    }

    // The number of bytes; 0 if more are needed. No key: it was an answer of the terminal.
    private int Read(ReadOnlySpan<byte> rest, out EditorKey? key)
    {
        byte first = rest[0];
        if (first == Esc)
            return ReadEscape(rest, out key);
        if (first is >= 0x20 and not Delete)
            return ReadText(rest, out key);
        bool isPasted = first == '\t' && rest.Length > 1 && rest[1] is >= 0x20 and not Delete;
        // A tab with characters right behind it was pasted: it must not start a completion.
        key = isPasted ? EditorKey.Typed("\t") : OfControl(first);
        return 1;
    }

    private static EditorKey OfControl(byte code) => code switch
    {
        (byte)'\r' or (byte)'\n' => EditorKey.Named(EditorKeyKind.Enter),
        (byte)'\t' => EditorKey.Named(EditorKeyKind.Tab),
        (byte)'\b' or Delete => EditorKey.Named(EditorKeyKind.Backspace),
        0 => EditorKey.Control(' '),
        <= 26 => EditorKey.Control((char)(code + 'a' - 1)),
        _ => EditorKey.Control((char)(code + '@')),
    };

    private int ReadText(ReadOnlySpan<byte> rest, out EditorKey? key)
    {
        int length = 1;
        while (length < rest.Length && rest[length] is >= 0x20 and not Delete)
            length++;
        // The last character may lack bytes.
        if (length == rest.Length && !_isGivenUp)
            length -= UnfinishedBytes(rest);
        key = length == 0 ? null : EditorKey.Typed(Encoding.UTF8.GetString(rest[..length]));
        return length;
    }

    private static int UnfinishedBytes(ReadOnlySpan<byte> text)
    {
        for (int i = 1; i <= Math.Min(3, text.Length); i++)
        {
            byte b = text[^i];
            int length = b switch
            {
                >= 0xf0 => 4,
                >= 0xe0 => 3,
                >= 0xc0 => 2,
                _ => 1,
            };
            if (length > 1)
                return i < length ? i : 0;
            if (b < 0x80)
                return 0;
        }

        return 0;
    }

    private int ReadEscape(ReadOnlySpan<byte> rest, out EditorKey? key)
    {
        key = null;
        if (rest.Length == 1)
        {
            if (!_isGivenUp)
                return 0;
            key = EditorKey.Named(EditorKeyKind.Escape);
            return 1;
        }

        int length = rest[1] switch
        {
            (byte)'[' => ReadCsi(rest, out key),
            (byte)'O' => ReadSs3(rest, out key),
            // Answers of the terminal: DCS, OSC, APC, PM, SOS.
            (byte)'P' or (byte)']' or (byte)'_' or (byte)'^' or (byte)'X' => StringLength(rest),
            _ => ReadAlt(rest, out key),
        };
        // Without its rest it is not a key.
        return length == 0 && _isGivenUp ? rest.Length : length;
    }

    private static int StringLength(ReadOnlySpan<byte> rest)
    {
        int bell = rest.IndexOf(Bell), end = rest[1..].IndexOf("\u001b\\"u8) + 1;
        if (bell > 0 && (end == 0 || bell < end))
            return bell + 1;
        if (end > 0)
            return end + 2;
        return rest.Length > MaxString ? rest.Length : 0;
    }

    // Escape before a key is Alt, also before a key that is a sequence itself.
    private int ReadAlt(ReadOnlySpan<byte> rest, out EditorKey? key)
    {
        key = null;
        if (rest[1] == Esc)
        {
            if (rest.Length > 2 && rest[2] is not ((byte)'[' or (byte)'O'))
            {
                key = EditorKey.Named(EditorKeyKind.Escape);
                return 1;
            }

            int inner = ReadEscape(rest[1..], out EditorKey? second);
            key = second is { } found ? WithAlt(found) : null;
            return inner == 0 ? 0 : inner + 1;
        }

        if (rest[1] < 0x20 || rest[1] == Delete)
        {
            key = WithAlt(OfControl(rest[1]));
            return 2;
        }

        if (Rune.DecodeFromUtf8(rest[1..], out Rune rune, out int consumed) == System.Buffers.OperationStatus.NeedMoreData && !_isGivenUp)
            return 0;
        key = new(EditorKeyKind.Character, KeyModifiers.Alt, Rune.ToLowerInvariant(rune).ToString());
        return 1 + consumed;
    }

    private static EditorKey WithAlt(EditorKey key) => key with { Modifiers = key.Modifiers | KeyModifiers.Alt };

    private static int ReadSs3(ReadOnlySpan<byte> rest, out EditorKey? key)
    {
        key = null;
        int end = 2;
        while (end < rest.Length && end < MaxSequence && rest[end] is (>= (byte)'0' and <= (byte)'9') or (byte)';')
            end++;
        if (end == rest.Length)
            return 0;
        key = TerminalKeys.OfSs3((char)rest[end], Encoding.ASCII.GetString(rest[2..end]));
        return end + 1;
    }

    private static int ReadCsi(ReadOnlySpan<byte> rest, out EditorKey? key)
    {
        key = null;
        int end = 2;
        // The keys F1 to F5 of the Linux console.
        if (rest.Length > 2 && rest[2] == '[')
            return rest.Length > 3 ? 4 : 0;
        while (end < rest.Length && rest[end] is >= 0x20 and <= 0x3f && end < MaxSequence)
            end++;
        if (end == rest.Length)
            return 0;
        // Not a sequence: an incomplete one, before another byte.
        if (rest[end] is < 0x40 or > 0x7e)
            return end;
        // The old report of the mouse has three more bytes.
        if (end == 2 && rest[end] == 'M')
            return rest.Length < 6 ? 0 : 6;
        key = TerminalKeys.OfCsi(Encoding.ASCII.GetString(rest[2..end]), (char)rest[end]);
        return end + 1;
    }
}
