using System.Text;

namespace RemoteShell.Cli.Server.Output;

/// <summary>Draws lines on the whole terminal, again and again, until it is disposed. What was there before appears again then.</summary>
internal sealed class StatusScreen : IDisposable
{
    // The other screen, without a cursor. A line with wide characters may be too long, and must not wrap.
    private const string Begin = "\u001b[?1049h\u001b[?25l\u001b[?7l";
    private const string End = "\u001b[?7h\u001b[?25h\u001b[?1049l";

    private static readonly bool HasColour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public StatusScreen() => Console.Out.Write(Begin);

    /// <summary>Whether standard output is a terminal that can be drawn on.</summary>
    public static bool IsThere => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    /// <summary>The size of the terminal now.</summary>
    public static (int Columns, int Rows) Size => (Math.Max(20, Console.WindowWidth), Math.Max(1, Console.WindowHeight));

    /// <summary>Draws the lines in place of those before, in one write.</summary>
    public static void Draw(IReadOnlyList<StatusLine> lines, int columns)
    {
        var text = new StringBuilder("\u001b[H");
        for (int i = 0; i < lines.Count; i++)
            text.Append(i == 0 ? "" : "\r\n").Append(Styled(lines[i], columns)).Append("\u001b[K");
        Console.Out.Write(text.Append("\u001b[J").ToString());
    }

    public void Dispose() => Console.Out.Write(End);

    private static string Styled(StatusLine line, int columns) => line.Kind switch
    {
        StatusLineKind.Title when HasColour => $"\u001b[1m{line.Text}\u001b[0m",
        StatusLineKind.Headings when HasColour => $"\u001b[7m{line.Text.PadRight(columns)}\u001b[0m",
        StatusLineKind.Faint when HasColour => $"\u001b[2m{line.Text}\u001b[0m",
        _ => line.Text,
    };
}
