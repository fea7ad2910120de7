using System.Buffers;
using System.Text.Json;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Persistence;

/// <summary>Reads a journal line by line, whatever its content: it takes the same memory for a file of any size.</summary>
internal sealed class JournalReader
{
    /// <summary>Bytes of the longest line that is read as a whole. The server writes no longer ones.</summary>
    public const int MaxLineBytes = 64 * 1024;

    /// <summary>Bytes that are read at most, from the end of the journal. The server writes no longer journals.</summary>
    public const long MaxBytes = 1L << 30;

    private readonly Action<JournalLine> _add;

    private JournalReader(Action<JournalLine> add) => _add = add;

    /// <summary>The number of the first line that could not be read; 0: all could be.</summary>
    public long FirstDamaged { get; private set; }

    /// <summary>How many lines could not be read. A last line that was cut short does not count.</summary>
    public long Damaged { get; private set; }

    /// <summary>Whether the last line was cut short, as by a full disk.</summary>
    public bool IsCutShort { get; private set; }

    /// <summary>Whether the journal was too long to read its beginning.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Whether something is wrong with the journal.</summary>
    public bool HasFault => Damaged > 0 || IsTooLong;

    /// <summary>Reads the lines.</summary>
    /// <param name="journal">The journal, at its beginning.</param>
    /// <param name="add">Receives each line that can be read. Of a line that is too long it receives the id, as a used one.</param>
    public static JournalReader Read(Stream journal, Action<JournalLine> add)
    {
        var reader = new JournalReader(add);
        reader.ReadAll(journal);
        return reader;
    }

    private void ReadAll(Stream journal)
    {
        // The first line that is read of a journal that is too long is the rest of one.
        IsTooLong = journal.Length > MaxBytes;
        bool isSkipping = IsTooLong;
        if (IsTooLong)
            journal.Position = journal.Length - MaxBytes;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxLineBytes);
        int filled = 0;
        long number = 1;
        while (journal.Read(buffer, filled, MaxLineBytes - filled) is > 0 and int count)
        {
            filled += count;
            int begin = 0;
            while (buffer.AsSpan(begin, filled - begin).IndexOf((byte)'\n') is >= 0 and int length)
            {
                if (!isSkipping)
                    Take(buffer.AsSpan(begin, length), number);
                isSkipping = false;
                begin += length + 1;
                number++;
            }

            if (begin == 0 && filled == MaxLineBytes && !isSkipping)
            {
                TakeTooLong(buffer.AsSpan(0, filled), number);
                isSkipping = true;
            }

            // The rest of a line that is skipped need not be kept.
            filled = isSkipping ? 0 : filled - begin;
            buffer.AsSpan(begin, filled).CopyTo(buffer);
        }

        if (filled > 0)
            IsCutShort = !TryTake(buffer.AsSpan(0, filled));
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Take(ReadOnlySpan<byte> line, long number)
    {
        if (line.Length > 0 && !TryTake(line))
            MarkDamaged(number);
    }

    private bool TryTake(ReadOnlySpan<byte> line)
    {
        try
        {
            if (JsonSerializer.Deserialize(line, JobJson.Default.JournalLine) is not { } read || !IsValid(read))
                return false;
            _add(Cut(read));
            return true;
        }
        catch (Exception e) when (IsBadJson(e))
        {
            return false;
        }
    }

    // Earlier versions kept whole commands. Such a line begins with the id and the owner, and its job is known to have been used.
    private void TakeTooLong(ReadOnlySpan<byte> start, long number)
    {
        MarkDamaged(number);
        try
        {
            var reader = new Utf8JsonReader(start, isFinalBlock: false, state: default);
            string? id = null, owner = null;
            while ((id is null || owner is null) && reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                    continue;
                bool isId = reader.ValueTextEquals("id"u8), isOwner = reader.ValueTextEquals("owner"u8);
                if (!reader.Read())
                    return;
                if (isId)
                    id = reader.GetString();
                if (isOwner)
                    owner = reader.GetString();
            }

            if (id is not null && owner is not null)
                _add(new(null, owner, Used: new Dictionary<string, long> { [id] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() }));
        }
        catch (Exception e) when (IsBadJson(e))
        {
            // The id is lost with the line.
        }
    }

    private void MarkDamaged(long number)
    {
        if (Damaged == 0)
            FirstDamaged = number;
        Damaged++;
    }

    private static bool IsValid(JournalLine line)
    {
        // JSON may lack what the type needs.
        if (line.Owner is null || (line.Id is null && line.Used is null))
            return false;
        return (line.Began is not { } record || (record.Id == line.Id && record.Owner == line.Owner && record.Fault() is null))
            && line.Ended?.Fault() is null;
    }

    // Earlier versions kept texts of any length.
    private static JournalLine Cut(JournalLine line) => line with
    {
        Began = line.Began is { } record ? record with { Command = KeptText.Of(record.Command) } : null,
        Ended = line.Ended?.Cut(),
    };

    // A number, a date or a text that is not valid may throw more than JsonException.
    private static bool IsBadJson(Exception e)
        => e is JsonException or FormatException or InvalidOperationException or ArgumentException or OverflowException;
}
