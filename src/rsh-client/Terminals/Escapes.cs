using System.Buffers;

namespace RemoteShell.Cli.Client.Terminals;

/// <summary>Finds escapes in what the user types: <c>~</c> at the start of a line, as in ssh, and the keys that detach.</summary>
/// <param name="detachKeys">The codes of the keys that detach; empty: none.</param>
internal sealed class Escapes(byte[] detachKeys)
{
    /// <summary>Ctrl+C.</summary>
    public const byte ControlC = 3;

    /// <summary>The usual character of escapes.</summary>
    public const byte Tilde = (byte)'~';

    // Bytes of a key whose rest has not arrived.
    private readonly List<byte> _unread = [];

    // Bytes that are not sent yet: a tilde, or the first detach keys, with what the terminal reported in between.
    private readonly List<byte> _held = [];

    // The number of held bytes that each matched detach key takes.
    private readonly List<int> _matched = [];
    private bool _isLineStart = true;
    private bool _hasTilde;

    /// <summary>A key that detaches by itself, wherever it is typed; null: none.</summary>
    public byte? LeaveKey { get; init; }

    /// <summary>The character with which an escape begins; null: there are no escapes.</summary>
    public byte? Character { get; init; } = Tilde;

    /// <summary>The list of escapes, as lines, with the usual character.</summary>
    public static IReadOnlyList<string> Help { get; } =
    [
        "~.  ends the connection and the job",
        "~d  detaches: the job runs on, and 'rsh-client attach' resumes it",
        "~?  shows this list",
        "~~  sends one ~",
        "(only at the start of a line)",
    ];

    /// <summary>Separates escapes from the bytes for the remote program. Holds back bytes that may be the start of an escape.</summary>
    /// <param name="typed">What the user typed.</param>
    /// <param name="sent">Receives the bytes for the remote program.</param>
    /// <returns>The escape. Bytes after one that ends the connection are dropped; after another escape they are sent.</returns>
    public Escape Sort(ReadOnlySpan<byte> typed, IBufferWriter<byte> sent)
    {
        byte[] joined = _unread.Count > 0 ? [.. _unread, .. typed] : [];
        ReadOnlySpan<byte> rest = joined.Length > 0 ? joined : typed;
        _unread.Clear();
        Escape wanted = Escape.None;
        while (rest.Length > 0)
        {
            int length = Key.Read(rest, out Key key);
            if (length == 0)
            {
                _unread.AddRange(rest);
                break;
            }

            Escape escape = Sort(key, rest[..length], sent);
            if (escape is Escape.End or Escape.Detach)
                return escape;
            if (escape != Escape.None)
                wanted = escape;
            rest = rest[length..];
        }

        return wanted;
    }

    private Escape Sort(Key key, ReadOnlySpan<byte> bytes, IBufferWriter<byte> sent)
    {
        if (key.Kind == KeyKind.Report)
        {
            Pass(bytes, sent);
            return Escape.None;
        }

        bool isCharacter = key.Kind == KeyKind.Character;
        if (isCharacter && key.Code == LeaveKey)
            return Escape.Detach;
        if (_hasTilde)
        {
            _hasTilde = false;
            bool isDoubled = isCharacter && key.Code == Character;
            switch (isDoubled || !isCharacter ? '\0' : (char)key.Code)
            {
                case '.':
                    return Escape.End;
                case 'd':
                    return Escape.Detach;
                case '?':
                    _held.Clear();
                    _isLineStart = true;
                    return Escape.Help;
                default:
                    Release(isDoubled ? 0 : _held.Count, sent);
                    _held.Clear();
                    break;
            }

            _isLineStart = false;
        }
        else if (isCharacter && key.Code == Character && _isLineStart && _matched.Count == 0)
        {
            _hasTilde = true;
            _held.AddRange(bytes);
            return Escape.None;
        }

        return Match(key, bytes, sent) ? Escape.Detach : Escape.None;
    }

    // Bytes that are not a key keep their place among the keys.
    private void Pass(ReadOnlySpan<byte> bytes, IBufferWriter<byte> sent)
    {
        if (_held.Count == 0)
        {
            sent.Write(bytes);
            return;
        }

        _held.AddRange(bytes);
        if (_matched.Count > 0)
            _matched[^1] += bytes.Length;
    }

    private bool Match(Key key, ReadOnlySpan<byte> bytes, IBufferWriter<byte> sent)
    {
        bool isCharacter = key.Kind == KeyKind.Character;
        // The held bytes are not the keys: send them, except a tail that may be the start of the keys.
        while (_matched.Count > 0 && !(isCharacter && detachKeys[_matched.Count] == key.Code))
        {
            int dropped = _matched.Count - Kept();
            Release(_matched.Take(dropped).Sum(), sent);
            _matched.RemoveRange(0, dropped);
        }

        _isLineStart = isCharacter && key.Code is (byte)'\r' or (byte)'\n';
        if (isCharacter && detachKeys.Length > 0 && detachKeys[_matched.Count] == key.Code)
        {
            _held.AddRange(bytes);
            _matched.Add(bytes.Length);
            return _matched.Count == detachKeys.Length;
        }

        sent.Write(bytes);
        return false;
    }

    private void Release(int count, IBufferWriter<byte> sent)
    {
        sent.Write([.. _held[..count]]);
        _held.RemoveRange(0, count);
    }

    // The length of the longest tail of the matched keys that is also a start of the keys.
    private int Kept()
    {
        for (int kept = _matched.Count - 1; kept > 0; kept--)
        {
            if (detachKeys.AsSpan(0, kept).SequenceEqual(detachKeys.AsSpan(_matched.Count - kept, kept)))
                return kept;
        }

        return 0;
    }
}
