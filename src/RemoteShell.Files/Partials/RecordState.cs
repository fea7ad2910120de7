using System.Globalization;
using System.Text.Json;

namespace RemoteShell.Files.Partials;

/// <summary>What a record says, as far as its lines are whole.</summary>
internal sealed class RecordState
{
    private RecordState(RecordHead head) => Head = head;

    /// <summary>The first line.</summary>
    public RecordHead Head { get; }

    /// <summary>The pieces, in their order and without gaps.</summary>
    public List<Piece> Pieces { get; } = [];

    /// <summary>The boot of the last lines.</summary>
    public string Boot { get; private set; } = "";

    /// <summary>The bytes that were on the disk before they were recorded.</summary>
    public long Synced { get; private set; }

    /// <summary>Reads a record; null if its first line is not whole or of another version.</summary>
    public static RecordState? TryParse(ReadOnlySpan<byte> record)
    {
        int end = record.IndexOf((byte)'\n');
        RecordHead? head = end < 0 ? null : TryReadHead(record[..end]);
        if (head is not { Version: RecordHead.CurrentVersion })
            return null;
        uint check = RecordLine.CheckOf(record[..end]);
        var state = new RecordState(head) { Boot = head.Boot };
        long length = end + 1;
        ReadOnlySpan<byte> rest = record[(end + 1)..];
        while (rest.IndexOf((byte)'\n') is var next and >= 0)
        {
            length += next + 1;
            string[]? words = RecordLine.TryRead(rest[..next], ref check);
            if (words is null || !state.TryAdd(words, length, check))
                break;
            rest = rest[(next + 1)..];
        }

        return state;
    }

    private static RecordHead? TryReadHead(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, RecordJson.Default.RecordHead);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool TryAdd(string[] words, long length, uint check)
    {
        long start = Pieces.Count == 0 ? 0 : Pieces[^1].End;
        switch (words)
        {
            case [RecordLine.Piece, var end, var checksum] when IsOffset(end, out long to) && to > start && IsHex(checksum, out uint sum):
                Pieces.Add(new(PieceKind.Data, start, to, sum, length, check));
                return true;
            case [RecordLine.Hole, var end] when IsOffset(end, out long to) && to > start:
                Pieces.Add(new(PieceKind.Hole, start, to, ZeroChecksum.Of(to - start), length, check));
                return true;
            case [RecordLine.Synced, var end] when IsOffset(end, out long to):
                Synced = to;
                Extend(length, check);
                return true;
            case [RecordLine.Boot, var boot]:
                Boot = boot;
                Extend(length, check);
                return true;
            default:
                return false;
        }
    }

    // A line after a piece belongs to it: if the piece is kept, so is the line.
    private void Extend(long length, uint check)
    {
        if (Pieces.Count > 0)
            Pieces[^1] = Pieces[^1] with { RecordLength = length, RecordCheck = check };
    }

    private static bool IsOffset(string text, out long value)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static bool IsHex(string text, out uint value)
        => uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
