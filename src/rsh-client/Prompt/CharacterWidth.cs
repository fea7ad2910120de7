using System.Text;
using Wcwidth;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>The number of terminal cells that a text takes.</summary>
internal static class CharacterWidth
{
    public static int Of(ReadOnlySpan<char> text)
    {
        int cells = 0;
        foreach (Rune rune in text.EnumerateRunes())
            cells += Of(rune);
        return cells;
    }

    // Wcwidth returns -1 for a control character, which the editor does not draw.
    public static int Of(Rune rune) => Math.Max(UnicodeCalculator.GetWidth(rune), 0);
}
