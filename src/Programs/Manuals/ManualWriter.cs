using System.Text;

namespace RemoteShell.Cli.Manuals;

/// <summary>Writes a manual page with the macros of man(7).</summary>
internal sealed class ManualWriter(TextWriter target)
{
    // Whether a section has just begun: its first paragraph needs no macro.
    private bool _isFirst;

    /// <summary>The first lines: the name of the page, its section, and the version.</summary>
    public void Title(string name, int section, string version)
        => target.Write($".TH {Quoted(name.ToUpperInvariant())} {section} \"\" {Quoted($"RemoteShell {version}")}\n");

    /// <summary>Begins a section.</summary>
    public void Section(string title) => Begin($".SH {Quoted(title.ToUpperInvariant())}");

    /// <summary>Begins a part of a section.</summary>
    public void Part(string title) => Begin($".SS {Quoted(title)}");

    /// <summary>Writes a paragraph.</summary>
    public void Paragraph(string text)
    {
        Separate();
        target.Write($"{Escaped(text)}\n");
    }

    /// <summary>Writes lines that are not wrapped.</summary>
    public void Lines(IEnumerable<string> lines)
    {
        Separate();
        target.Write(".nf\n.RS 4\n");
        foreach (string line in lines)
            target.Write($"{Escaped(line)}\n");
        target.Write(".RE\n.fi\n");
    }

    /// <summary>Writes a term in bold, and its text below it.</summary>
    public void Item(string term, string text)
    {
        _isFirst = false;
        target.Write($".TP\n.B {Quoted(term)}\n{Escaped(text)}\n");
    }

    private void Begin(string line)
    {
        _isFirst = true;
        target.Write($"{line}\n");
    }

    private void Separate()
    {
        if (!_isFirst)
            target.Write(".PP\n");
        _isFirst = false;
    }

    // A line that begins with a dot or an apostrophe would be a command. A hyphen would be shown as another character, which cannot be
    // copied into a command line.
    private static string Escaped(string text)
    {
        var escaped = new StringBuilder();
        foreach (char one in text.ReplaceLineEndings(" "))
            escaped.Append(Escaped(one));
        return text.StartsWith('.') ? $"\\&{escaped}" : escaped.ToString();
    }

    private static string Escaped(char one) => one switch
    {
        '\\' => "\\e",
        '-' => "\\-",
        '\'' => "\\(aq",
        '`' => "\\(ga",
        '~' => "\\(ti",
        '^' => "\\(ha",
        '…' => "...",
        _ => one.ToString(),
    };

    private static string Quoted(string text) => $"\"{Escaped(text).Replace("\"", "\\(dq", StringComparison.Ordinal)}\"";
}
