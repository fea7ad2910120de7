using System.Text;

namespace RemoteShell.Server.Chat;

/// <summary>Makes lines of the bytes that a participant sends, over any number of connections: each line once.</summary>
internal sealed class LineAssembler
{
    /// <summary>Bytes of a line; a longer line is said in parts.</summary>
    public const int MaxLineLength = 4096;

    // Bytes of a character. A character of UTF-8 is not cut in two; bytes that are not UTF-8 are cut anywhere.
    private const int MaxCharacterLength = 4;

    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly List<byte> _line = [];
    private object? _speaker;
    private long _received;

    /// <summary>Makes a connection the speaker, in place of the one before.</summary>
    /// <param name="speaker">The connection.</param>
    /// <param name="from">The offset from which the client would send; it counts if nothing was received from the participant here.</param>
    /// <returns>The offset from which the client must send.</returns>
    public long Begin(object speaker, long from)
    {
        lock (_gate)
        {
            if (_speaker is null)
                _received = from;
            _speaker = speaker;
            return _received;
        }
    }

    /// <summary>Takes bytes up to the end of a line, and says that line.</summary>
    /// <param name="speaker">The connection.</param>
    /// <param name="bytes">The received bytes.</param>
    /// <param name="say">Receives a line that is not empty, and the offset behind it.</param>
    /// <returns>How many bytes were taken; -1 if another connection is the speaker by now, which sends them again.</returns>
    public int Take(object speaker, ReadOnlySpan<byte> bytes, Action<string, long> say)
    {
        lock (_gate)
        {
            if (_speaker != speaker)
                return -1;
            for (int i = 0; i < bytes.Length; i++)
            {
                if (IsFull(next: bytes[i]))
                {
                    Finish(say);
                    return i;
                }

                _received++;
                if (bytes[i] == '\n')
                {
                    Finish(say);
                    return i + 1;
                }

                _line.Add(bytes[i]);
            }

            return bytes.Length;
        }
    }

    /// <summary>Says the last line, even if it has no newline: the speaker has sent everything.</summary>
    public void End(object speaker, Action<string, long> say)
    {
        lock (_gate)
        {
            if (_speaker == speaker)
                Finish(say);
        }
    }

    private bool IsFull(byte next)
    {
        if (_line.Count < MaxLineLength)
            return false;
        bool startsCharacter = (next & 0xC0) != 0x80;
        return startsCharacter || _line.Count >= MaxLineLength + MaxCharacterLength;
    }

    private void Finish(Action<string, long> say)
    {
        string text = Encoding.UTF8.GetString([.. _line]).TrimEnd('\r');
        _line.Clear();
        if (!string.IsNullOrWhiteSpace(text))
            say(text, _received);
    }
}
