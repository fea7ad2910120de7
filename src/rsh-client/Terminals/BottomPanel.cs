using System.Text;
using RemoteShell.Cli.Client.Terminals.Modes;

namespace RemoteShell.Cli.Client.Terminals;

/// <summary>Messages on the last lines of the terminal, over a program that uses the whole screen.</summary>
/// <remarks>Only makes the control sequences; the caller writes them where they do not split one of the program's.</remarks>
internal sealed class BottomPanel
{
    private const int MaxLines = 6;

    private readonly List<string> _texts = [];
    private IReadOnlyList<string> _lines = [];
    private int _rows;

    /// <summary>How many lines the panel takes; 0 while it is not shown.</summary>
    public int Height => _lines.Count;

    /// <summary>Adds a message; the oldest ones go if there is no room.</summary>
    public void Add(string text) => _texts.Add(text);

    /// <summary>Puts a message in the place of those that are shown.</summary>
    public void Replace(string text)
    {
        _texts.Clear();
        _texts.Add(text);
    }

    /// <summary>Breaks the messages into lines for this size of the terminal.</summary>
    public void Layout(int columns, int rows)
    {
        _rows = rows;
        int room = Math.Clamp(rows / 2, 1, MaxLines);
        // The last column stays free: a terminal may wrap there.
        List<string> lines = [.. _texts.SelectMany(text => WrappedText.Lines(text, columns - 1, room))];
        _lines = lines[Math.Max(0, lines.Count - room)..];
    }

    /// <summary>Draws the panel; the cursor and the colours stay as they are.</summary>
    /// <param name="modes">What the program has changed at the terminal.</param>
    /// <param name="isReserved">Whether the program knows that the lines are not its own: then it must not scroll them.</param>
    public string Draw(ScreenModes modes, bool isReserved)
    {
        int first = _rows - Height + 1;
        (int top, int bottom) = modes.Region;
        var text = new StringBuilder("\u001b7");
        if (isReserved && (bottom == 0 || bottom >= first) && first > top + 1)
            text.Append("\u001b[").Append(top).Append(';').Append(first - 1).Append('r');
        text.Append(Begin(modes));
        for (int i = 0; i < Height; i++)
            text.Append("\u001b[").Append(first + i).Append(";1H\u001b[0;7m").Append(_lines[i]).Append("\u001b[0m\u001b[K");
        return text.Append(End(modes)).Append("\u001b8").ToString();
    }

    /// <summary>Clears the panel's lines. The program must draw again what was there before.</summary>
    public string Remove(ScreenModes modes)
    {
        int first = _rows - Height + 1;
        var text = new StringBuilder("\u001b7").Append(Begin(modes)).Append("\u001b[0m");
        for (int i = 0; i < Height; i++)
            text.Append("\u001b[").Append(first + i).Append(";1H\u001b[2K");
        return text.Append(End(modes)).Append("\u001b8").ToString();
    }

    /// <summary>Gives the program's region back the lines of the panel.</summary>
    public static string FreeRegion(ScreenModes modes)
    {
        (int top, int bottom) = modes.Region;
        return bottom == 0 ? $"\u001b7\u001b[{top}r\u001b8" : $"\u001b7\u001b[{top};{bottom}r\u001b8";
    }

    /// <summary>Forgets the messages, which are not on the screen any more.</summary>
    public void Forget()
    {
        _texts.Clear();
        _lines = [];
    }

    // ESC 7 has saved origin and character sets, but not whether text is inserted.
    private static string Begin(ScreenModes modes)
        => (modes.HasOrigin ? "\u001b[?6l" : "") + (modes.HasInsert ? "\u001b[4l" : "") + (modes.HasCharset ? "\u001b(B\u000f" : "");

    private static string End(ScreenModes modes) => modes.HasInsert ? "\u001b[4h" : "";
}
