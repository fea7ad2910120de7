using System.Text;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>A completion of a name.</summary>
/// <param name="Kind">The letter of its kind.</param>
/// <param name="Name">The whole name.</param>
/// <param name="Description">What there is to say about it; null: nothing.</param>
internal sealed record CompletedName(char Kind, string Name, string? Description = null)
{
    private const char Variable = 'v';

    // In characters.
    private const int MaxDescription = 80, MaxWhole = 4096;

    /// <summary>Reads a line of a shell: a letter, a blank, the name, and maybe NUL and a description; null for another line.</summary>
    public static CompletedName? Parse(string line)
    {
        if (line.Length < 3 || line[1] != ' ')
            return null;
        int end = line.IndexOf('\0', StringComparison.Ordinal);
        return end < 0 ? new(line[0], line[2..]) : new(line[0], line[2..end], line[(end + 1)..]);
    }

    /// <summary>The line of the answer.</summary>
    /// <param name="word">The word that is completed. The whole name of a variable gives up to 4096 characters of its value.</param>
    public string ToLine(string word)
    {
        string shown = Short(Description ?? "", Kind == Variable && Name == word ? MaxWhole : MaxDescription);
        return shown.Length == 0 ? $"{Kind} {Name}" : $"{Kind} {Name}\0{shown}";
    }

    // One line of text: a shell may have cut a character of several bytes at the end.
    private static string Short(string text, int most)
    {
        var shown = new StringBuilder();
        foreach (Rune rune in text.Trim().TrimEnd('\uFFFD').EnumerateRunes())
        {
            if (shown.Length >= most)
                return $"{shown}…";
            shown.Append(Rune.IsControl(rune) ? " " : rune == Rune.ReplacementChar ? "?" : rune.ToString());
        }

        return shown.ToString();
    }
}
