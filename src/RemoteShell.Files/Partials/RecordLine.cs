using System.Buffers.Text;
using System.Globalization;
using System.Text;
using RemoteShell.Protocol.Frames;

namespace RemoteShell.Files.Partials;

/// <summary>A line of a record after the first: words, and a check of this line and all lines before it.</summary>
/// <remarks>A line that is torn, or that a crash left of an earlier record, does not have the right check, and ends the record.</remarks>
internal static class RecordLine
{
    public const string Piece = "piece", Hole = "hole", Synced = "synced", Boot = "boot";

    // Eight hex digits, and the space before them.
    private const int CheckLength = 9;

    /// <summary>The check of the first line.</summary>
    public static uint CheckOf(ReadOnlySpan<byte> line) => Crc32C.Compute(line);

    /// <summary>Makes a line with its line feed, and continues the check.</summary>
    public static byte[] Make(string words, ref uint check)
    {
        check = Continue(check, Encoding.ASCII.GetBytes(words));
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{words} {check:x8}\n"));
    }

    /// <summary>Reads a line without its line feed.</summary>
    /// <returns>The words, or null if the line is not the next one of this record. The check continues only if it is.</returns>
    public static string[]? TryRead(ReadOnlySpan<byte> line, ref uint check)
    {
        if (line.Length <= CheckLength)
            return null;
        ReadOnlySpan<byte> words = line[..^CheckLength];
        bool hasCheck = Utf8Parser.TryParse(line[^(CheckLength - 1)..], out uint stated, out int length, 'x') && length == CheckLength - 1;
        uint expected = Continue(check, words);
        if (!hasCheck || stated != expected)
            return null;
        check = expected;
        return Encoding.ASCII.GetString(words).Split(' ');
    }

    private static uint Continue(uint check, ReadOnlySpan<byte> words) => Crc32C.Combine(check, Crc32C.Compute(words), words.Length);
}
