namespace RemoteShell.Cli.Client.Help;

/// <summary>Writes the parts of a help page, in lines of at most 80 columns, with an empty line between two parts.</summary>
internal sealed class HelpWriter(TextWriter target)
{
    /// <summary>The longest line that is written below a title, without its indent.</summary>
    public const int InnerWidth = Width - Indent;

    private const int Width = 80;
    private const int Indent = 2;

    // A longer term has its text on the next line.
    private const int MaxTermWidth = 26;

    private bool _hasPart;

    public void Paragraph(string text)
    {
        BeginPart();
        foreach (string line in Wrap(text, Width))
            target.WriteLine(line);
    }

    /// <summary>Lines that must not be wrapped; nothing if there are none.</summary>
    public void Lines(string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
            return;
        BeginPart();
        target.WriteLine(title);
        foreach (string line in lines)
            target.WriteLine($"  {line}");
    }

    /// <summary>Terms and their texts in two columns; nothing if there are no rows.</summary>
    public void Table(HelpSection section)
    {
        if (section.Rows.Count == 0)
            return;
        BeginPart();
        target.WriteLine(section.Title);
        int termWidth = Math.Min(MaxTermWidth, section.Rows.Max(row => row.Term.Length));
        string margin = new(' ', Indent + termWidth + 2);
        foreach ((string term, string text) in section.Rows)
        {
            string start = $"  {term}".PadRight(margin.Length);
            if (term.Length > termWidth)
            {
                target.WriteLine(start);
                start = margin;
            }

            foreach (string line in Wrap(text, Width - margin.Length))
            {
                target.WriteLine($"{start}{line}");
                start = margin;
            }
        }
    }

    /// <summary>The words of a text, in lines of at most this width.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }

    private void BeginPart()
    {
        if (_hasPart)
            target.WriteLine();
        _hasPart = true;
    }
}
