using System.Globalization;
using System.Text;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>Reads what the shell of a conversation tells on its own standard output, between other text.</summary>
/// <remarks>
/// A record begins with <see cref="ShellDialect.Mark"/> and ends with a NUL byte. Other text comes from traps of the user, and belongs to
/// the conversation.
/// </remarks>
/// <param name="encoding">The encoding of the working directory.</param>
internal sealed class StatusReader(Encoding encoding)
{
    // In bytes. A longer text has no record: PATH_MAX is 4096.
    private const int MaxRecord = 64 * 1024;

    private static readonly byte[] Mark = Encoding.ASCII.GetBytes(ShellDialect.Mark);

    private readonly byte[] _buffer = new byte[MaxRecord];
    private readonly MemoryStream _other = new();
    private int _count;

    /// <summary>Where the next bytes go.</summary>
    public Memory<byte> Room
    {
        get
        {
            if (_count == MaxRecord)
                _count = 0;
            return _buffer.AsMemory(_count);
        }
    }

    /// <summary>The bytes after the last record.</summary>
    public ReadOnlyMemory<byte> Rest => _buffer.AsMemory(0, _count);

    /// <summary>Returns the bytes before and between the records that were taken, and forgets them.</summary>
    public ReadOnlyMemory<byte> TakeOther()
    {
        byte[] other = _other.ToArray();
        _other.SetLength(0);
        return other;
    }

    /// <summary>Takes the bytes that were read into <see cref="Room"/>, and returns the records that are complete now.</summary>
    public IReadOnlyList<StatusRecord> Take(int count)
    {
        _count += count;
        List<StatusRecord> records = [];
        int begin = 0;
        while (_buffer.AsSpan(begin, _count - begin).IndexOf((byte)0) is >= 0 and int length)
        {
            if (Parse(_buffer.AsSpan(begin, length)) is { } record)
                records.Add(record);
            else
                _other.Write(_buffer.AsSpan(begin, length + 1));
            begin += length + 1;
        }

        int other = LengthOfOther(_buffer.AsSpan(begin, _count - begin));
        _other.Write(_buffer.AsSpan(begin, other));
        begin += other;
        _buffer.AsSpan(begin, _count - begin).CopyTo(_buffer);
        _count -= begin;
        return records;
    }

    // Text before the mark is not of the record.
    private StatusRecord? Parse(ReadOnlySpan<byte> text)
    {
        int mark = text.LastIndexOf(Mark);
        if (mark < 0)
            return null;
        string[] words = encoding.GetString(text[(mark + Mark.Length)..]).Split(' ', 4);
        if (words.Length < 4 || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int sequence))
            return null;
        bool isAfter = words[1].StartsWith(ShellDialect.AfterMark, StringComparison.Ordinal);
        string number = isAfter ? words[1][ShellDialect.AfterMark.Length..] : words[1];
        bool isStatus = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int status);
        _other.Write(text[..mark]);
        return new(sequence, isStatus ? status : null, words[2], words[3]) { IsComplete = isStatus && !isAfter };
    }

    // The bytes that are certainly before the next record: up to the mark, or to what may be the beginning of it.
    private static int LengthOfOther(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf(Mark) is >= 0 and int mark)
            return mark;
        int part = Math.Min(Mark.Length - 1, text.Length);
        while (!text[^part..].SequenceEqual(Mark.AsSpan(0, part)))
            part--;
        return text.Length - part;
    }
}
