using System.Text;
using RemoteShell.Cli.Client.Output;
using Wcwidth;

namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>The number of terminal cells that a text takes.</summary>
internal static class CellWidth
{
    private const int EmojiPresentation = 0xFE0F, BlackFlag = 0x1F3F4, FirstTag = 0xE0000, LastTag = 0xE007F;
    private const int FirstSkinTone = 0x1F3FB, LastSkinTone = 0x1F3FF;

    /// <summary>The width of a text without control characters.</summary>
    public static int Of(string text)
    {
        int cells = 0;
        for (int at = 0; at < text.Length; at = Graphemes.Next(text, at))
            cells += OfCluster(text.AsSpan(at, Graphemes.Next(text, at) - at));
        return cells;
    }

    /// <summary>The width of one cluster.</summary>
    /// <remarks>
    /// Terminals disagree about clusters of several wide characters. This is the largest width: a gap behind a cluster does no harm, but
    /// a terminal erases a character that another one overwrites in part.
    /// </remarks>
    public static int OfCluster(ReadOnlySpan<char> cluster)
    {
        if (cluster.Length == 1 && cluster[0] is >= ' ' and < '\x7f')
            return 1;
        int cells = 0;
        bool isEmoji = false;
        foreach (Rune rune in cluster.EnumerateRunes())
        {
            cells += Math.Max(UnicodeCalculator.GetWidth(rune), 0);
            isEmoji |= rune.Value == EmojiPresentation;
        }

        return isEmoji ? Math.Max(cells, 2) : cells;
    }

    /// <summary>Whether terminals may give the cluster other widths than <see cref="OfCluster"/>.</summary>
    public static bool IsUncertain(string cluster)
    {
        if (cluster.Length == 1)
            return false;
        int visible = 0;
        foreach (Rune rune in cluster.EnumerateRunes())
        {
            bool isVisible = UnicodeCalculator.GetWidth(rune) > 0
                || rune.Value is EmojiPresentation or (>= FirstSkinTone and <= LastSkinTone);
            visible += isVisible ? 1 : 0;
        }

        return visible > 1;
    }

    /// <summary>Whether a cluster shows what it is: nothing in it controls the terminal, hides, or changes the direction.</summary>
    public static bool IsVisible(ReadOnlySpan<char> cluster)
    {
        bool isFlag = false;
        foreach (Rune rune in cluster.EnumerateRunes())
        {
            isFlag |= rune.Value == BlackFlag;
            bool isTag = rune.Value is >= FirstTag and <= LastTag;
            if ((isTag && !isFlag) || (rune.IsBmp && !UserMessages.IsSafe((char)rune.Value)))
                return false;
        }

        return true;
    }
}
