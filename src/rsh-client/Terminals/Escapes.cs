namespace RemoteShell.Cli.Client.Terminals;

/// <summary>What is typed for this program and not for the remote one: ssh's <c>~</c> at the start of a line, and keys that detach.</summary>
/// <param name="detachKeys">The bytes of the keys that detach; empty: none.</param>
internal sealed class Escapes(byte[] detachKeys)
{
    private const byte Tilde = (byte)'~';

    private bool _isLineStart = true;
    private bool _hasTilde;
    private int _matched;

    /// <summary>What the list of escapes says.</summary>
    public static IReadOnlyList<string> Help { get; } =
    [
        "~.  ends the connection, and with it what runs here",
        "~d  detaches: what runs here goes on, and 'rsh-client attach' takes it up again",
        "~?  shows this list",
        "~~  sends one ~",
        "(at the start of a line only)",
    ];

    /// <summary>Sorts what was typed. What is not sent yet may be the beginning of something.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="sent">Takes what is for the remote program; it needs room for all that was typed and for what was held back before.</param>
    /// <param name="count">How much that is.</param>
    /// <returns>What is wanted of this program. What was typed behind it is dropped where it ends the conversation, and sent otherwise.</returns>
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

    /// <summary>Room that <see cref="Sort(ReadOnlySpan{byte}, Span{byte}, out int)"/> needs beyond what was typed.</summary>
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
        // What looked like the keys and was not goes on its way, but for a part that may begin them anew.
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
            if (++_matched < detachKeys.Length)
                return false;
            _matched = 0;
            return true;
        }

        sent[count++] = key;
        return false;
    }

    // The longest beginning of the keys, shorter than what matched, that what matched ends with.
    private int Kept()
    {
        for (int kept = _matched - 1; kept > 0; kept--)
            if (detachKeys.AsSpan(0, kept).SequenceEqual(detachKeys.AsSpan(_matched - kept, kept)))
                return kept;
        return 0;
    }
}

/// <summary>What is wanted of this program.</summary>
internal enum Escape
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The end of the conversation, and of what runs.</summary>
    End,

    /// <summary>The end of the conversation; what runs goes on.</summary>
    Detach,

    /// <summary>The list of escapes.</summary>
    Help,
}
