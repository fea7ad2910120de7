namespace RemoteShell.Cli.Client.Terminals;

/// <summary>Finds escapes in what the user types: <c>~</c> at the start of a line, as in ssh, and the keys that detach.</summary>
/// <param name="detachKeys">The bytes of the keys that detach; empty: none.</param>
internal sealed class Escapes(byte[] detachKeys)
{
    private const byte Tilde = (byte)'~';

    private bool _isLineStart = true;
    private bool _hasTilde;
    private int _matched;

    /// <summary>The list of escapes, as lines.</summary>
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
    /// <param name="sent">Receives the bytes for the remote program; <see cref="Held"/> bytes longer than <paramref name="typed"/>.</param>
    /// <param name="count">The number of bytes in <paramref name="sent"/>.</param>
    /// <returns>The escape. Bytes after one that ends the connection are dropped; after another escape they are sent.</returns>
    public Escape Sort(ReadOnlySpan<byte> typed, Span<byte> sent, out int count)
    {
        count = 0;
        Escape wanted = Escape.None;
        foreach (byte key in typed)
        {
            Escape escape = Sort(key, sent, ref count);
            if (escape is Escape.End or Escape.Detach)
                return escape;
            if (escape != Escape.None)
                wanted = escape;
        }

        return wanted;
    }

    /// <summary>The largest number of bytes that are held back.</summary>
    public int Held => detachKeys.Length + 1;

    private Escape Sort(byte key, Span<byte> sent, ref int count)
    {
        if (_hasTilde)
        {
            _hasTilde = false;
            switch (key)
            {
                case (byte)'.':
                    return Escape.End;
                case (byte)'d':
                    return Escape.Detach;
                case (byte)'?':
                    _isLineStart = true;
                    return Escape.Help;
                case Tilde:
                    break;
                default:
                    sent[count++] = Tilde;
                    break;
            }

            _isLineStart = false;
        }
        else if (key == Tilde && _isLineStart)
        {
            _hasTilde = true;
            return Escape.None;
        }

        return Match(key, sent, ref count) ? Escape.Detach : Escape.None;
    }

    private bool Match(byte key, Span<byte> sent, ref int count)
    {
        // The held bytes are not the keys: send them, except a tail that may be the start of the keys.
        while (_matched > 0 && detachKeys[_matched] != key)
        {
            int kept = Kept();
            detachKeys.AsSpan(0, _matched - kept).CopyTo(sent[count..]);
            count += _matched - kept;
            _matched = kept;
        }

        _isLineStart = key is (byte)'\r' or (byte)'\n';
        if (detachKeys.Length > 0 && detachKeys[_matched] == key)
        {
            _matched++;
            if (_matched < detachKeys.Length)
                return false;
            _matched = 0;
            return true;
        }

        sent[count++] = key;
        return false;
    }

    // The length of the longest tail of the matched bytes that is also a start of the keys.
    private int Kept()
    {
        for (int kept = _matched - 1; kept > 0; kept--)
        {
            if (detachKeys.AsSpan(0, kept).SequenceEqual(detachKeys.AsSpan(_matched - kept, kept)))
                return kept;
        }

        return 0;
    }
}
