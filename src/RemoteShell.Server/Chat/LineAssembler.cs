using System.Text;

namespace RemoteShell.Server.Chat;

/// <summary>What one client says, over as many connections as it takes: bytes → lines, each once.</summary>
internal sealed class LineAssembler
{
    /// <summary>Bytes of a line; a longer one is said in parts.</summary>
    public const int LongestLine = 4096;

    // A character is not cut in two, and what is no character is cut anywhere.
    private const int LongestCharacter = 4;

    private readonly Lock _gate = new();

    // Under _gate.
    private readonly List<byte> _line = [];
    private object? _speaker;
    private long _heard;

    /// <summary>Lets another attendance speak in the place of the one before; returns where it goes on.</summary>
    /// <param name="speaker">Stands for the attendance.</param>
    /// <param name="from">Where the client would begin, which counts where nothing was heard of it here.</param>
    public long Begin(object speaker, long from)
    {
        lock (_gate)
        {
            if (_speaker is null)
                _heard = from;
            _speaker = speaker;
            return _heard;
        }
    }

    /// <summary>Takes bytes of a speaker up to the end of a line, and says that; returns how many, which may be none. Less than none where another one speaks in its place by now: then they come again from there.</summary>
    /// <param name="speaker">Stands for the attendance.</param>
    /// <param name="bytes">What has come.</param>
    /// <param name="say">Is given a line that is not empty, and where the stream stands behind it.</param>
    public int Hear(object speaker, ReadOnlySpan<byte> bytes, Action<string, long> say)
    {
        lock (_gate)
        {
            if (_speaker != speaker)
                return -1;
            for (int i = 0; i < bytes.Length; i++)
            {
                if (_line.Count >= LongestLine && (IsBeginning(bytes[i]) || _line.Count >= LongestLine + LongestCharacter))
                {
                    Finish(say);
                    return i;
                }

                _heard++;
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

    /// <summary>The speaker has said all: a line without an end is a line too.</summary>
    public void End(object speaker, Action<string, long> say)
    {
        lock (_gate)
            if (_speaker == speaker)
                Finish(say);
    }

    private static bool IsBeginning(byte one) => (one & 0xC0) != 0x80;

    private void Finish(Action<string, long> say)
    {
        string text = Encoding.UTF8.GetString([.. _line]).TrimEnd('\r');
        _line.Clear();
        if (!string.IsNullOrWhiteSpace(text))
            say(text, _heard);
    }
}
