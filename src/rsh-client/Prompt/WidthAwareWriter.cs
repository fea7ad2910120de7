using System.Globalization;
using System.Text;
using RemoteShell.Cli.Client.Terminals;
using Spectre.Console;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Where the line editor draws. It counts characters, and a terminal counts cells, of which 中 takes two: what it draws is put right here.</summary>
internal sealed class WidthAwareWriter(TextWriter target) : TextWriter, IAnsiConsoleOutput
{
    private string _line = "";

    public override Encoding Encoding => target.Encoding;

    public TextWriter Writer => this;

    public bool IsTerminal => true;

    // Wider than any line: what is drawn is cut to the terminal here, where cells are counted.
    public int Width => 8192;

    public int Height => LocalTerminal.Describe().Rows;

    public void SetEncoding(Encoding encoding)
    {
    }

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return;
        if (TryParse(value, out string coloured, out int cursor))
            value = _line = Place(coloured, cursor, LocalTerminal.Describe().Columns);
        target.Write(value);
        target.Flush();
    }

    /// <summary>Draws what somebody else had to say, and the line below it again.</summary>
    public void Interject(string text)
    {
        target.Write($"\r\u001b[2K{text}\n{_line}");
        target.Flush();
    }

    /// <summary>Draws a line with the cursor behind so many of its characters; where it is wider than the terminal, the part around the cursor.</summary>
    internal static string Place(string coloured, int cursor, int width)
    {
        string text = WithoutColours(coloured).TrimEnd(' ');
        int typed = text.Length;
        text = text.PadRight(cursor);
        int column = CharacterWidth.Of(text.AsSpan(0, cursor));
        if (CharacterWidth.Of(text) < width)
            return $"\r\u001b[2K{coloured.TrimEnd(' ')}{new string(' ', text.Length - typed)}\u001b[{column + 1}G";
        // From the left, until the cursor fits.
        int from = 0;
        while (column >= width)
        {
            Rune first = RuneAt(text, from);
            column -= CharacterWidth.Of(first);
            from += first.Utf16SequenceLength;
        }

        int to = from, used = 0;
        while (to < text.Length && used + CharacterWidth.Of(RuneAt(text, to)) < width)
        {
            Rune next = RuneAt(text, to);
            used += CharacterWidth.Of(next);
            to += next.Utf16SequenceLength;
        }

        return $"\r\u001b[2K{text[from..to]}\u001b[{column + 1}G";
    }

    // Half of a surrogate pair, which an edit may leave, counts as U+FFFD.
    private static Rune RuneAt(string text, int index)
    {
        _ = Rune.DecodeFromUtf16(text.AsSpan(index), out Rune rune, out _);
        return rune;
    }

    // What RadLine's LineEditorAnsiBuilder.BuildLine makes: clear, first column, prompt and text, the cursor's column. Only the last one of a piece is seen.
    private static bool TryParse(string drawn, out string coloured, out int cursor)
    {
        const string begin = "\u001b[2K\u001b[1G", shown = "\u001b[?25h";
        (coloured, cursor) = ("", 0);
        int start = drawn.LastIndexOf(begin, StringComparison.Ordinal);
        if (start < 0)
            return false;
        ReadOnlySpan<char> rest = drawn.AsSpan(start + begin.Length);
        if (rest.EndsWith(shown))
            rest = rest[..^shown.Length];
        int end = rest.LastIndexOf("\u001b[");
        if (end < 0 || rest[^1] != 'G' || !int.TryParse(rest[(end + 2)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int column))
            return false;
        (coloured, cursor) = (rest[..end].ToString().ReplaceLineEndings(""), column - 1);
        return true;
    }

    private static string WithoutColours(string coloured)
    {
        var text = new StringBuilder();
        for (int i = 0; i < coloured.Length; i++)
        {
            if (coloured[i] == '\u001b')
                i = coloured.IndexOf('m', i) is >= 0 and var end ? end : coloured.Length;
            else
                text.Append(coloured[i]);
        }

        return text.ToString();
    }
}
