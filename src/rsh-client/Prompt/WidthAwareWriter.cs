using System.Globalization;
using System.Text;
using RemoteShell.Cli.Client.Terminals;
using Spectre.Console;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Corrects what the line editor draws for wide characters.</summary>
/// <remarks>The editor counts characters, but a terminal counts cells, and 中 takes two of them.</remarks>
internal sealed class WidthAwareWriter(TextWriter target) : TextWriter, IAnsiConsoleOutput
{
    private string _line = "";

    public override Encoding Encoding => target.Encoding;

    public TextWriter Writer => this;

    public bool IsTerminal => true;

    // Wider than any line, so that the editor does not cut it. Place cuts the line at the terminal's width in cells.
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

    /// <summary>Draws a message, and the edited line again below it.</summary>
    public void Interject(string text)
    {
        target.Write($"\r\u001b[2K{text}\n{_line}");
        target.Flush();
    }

    /// <summary>The control sequences that draw a line with its cursor.</summary>
    /// <remarks>Of a line that is wider than the terminal, they draw the part around the cursor.</remarks>
    internal static string Place(string coloured, int cursor, int width)
    {
        string text = WithoutColours(coloured).TrimEnd(' ');
        int typed = text.Length;
        text = text.PadRight(cursor);
        int column = CharacterWidth.Of(text.AsSpan(0, cursor));
        if (CharacterWidth.Of(text) < width)
            return $"\r\u001b[2K{coloured.TrimEnd(' ')}{new string(' ', text.Length - typed)}\u001b[{column + 1}G";
        // Drop characters on the left until the cursor fits.
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

    // An edit may leave half of a surrogate pair, which becomes U+FFFD.
    private static Rune RuneAt(string text, int index)
    {
        _ = Rune.DecodeFromUtf16(text.AsSpan(index), out Rune rune, out _);
        return rune;
    }

    // Parses the output of RadLine's LineEditorAnsiBuilder.BuildLine: clear, first column, prompt and text, the cursor's column.
    // Of several lines in one piece only the last one stays visible.
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
        if (end < 0 || rest[^1] != 'G')
            return false;
        if (!int.TryParse(rest[(end + 2)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int column))
            return false;
        (coloured, cursor) = (rest[..end].ToString().ReplaceLineEndings(""), column - 1);
        return true;
    }

    private static string WithoutColours(string coloured)
    {
        var text = new StringBuilder();
        for (int i = 0; i < coloured.Length; i++)
        {
            if (coloured[i] != '\u001b')
            {
                text.Append(coloured[i]);
                continue;
            }

            int end = coloured.IndexOf('m', i);
            i = end < 0 ? coloured.Length : end;
        }

        return text.ToString();
    }
}
