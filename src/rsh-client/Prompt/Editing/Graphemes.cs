using System.Globalization;

namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Finds the boundaries of grapheme clusters: what a user takes for one character.</summary>
internal static class Graphemes
{
    /// <summary>The end of the cluster that starts at <paramref name="index"/>.</summary>
    public static int Next(string text, int index)
        => index >= text.Length ? text.Length : index + StringInfo.GetNextTextElementLength(text.AsSpan(index));

    /// <summary>The start of the cluster that ends at, or contains, <paramref name="index"/>.</summary>
    public static int Previous(string text, int index)
    {
        if (index <= 0)
            return 0;
        int start = index - 1;
        while (start > 0 && !IsBoundary(text[start - 1], text[start]))
            start--;
        int next = Next(text, start);
        while (next < index)
        {
            start = next;
            next = Next(text, start);
        }

        return start;
    }

    /// <summary>The index itself if it is a boundary; otherwise the end of the cluster around it.</summary>
    public static int Snap(string text, int index)
    {
        if (index <= 0 || index >= text.Length || IsBoundary(text[index - 1], text[index]))
            return Math.Clamp(index, 0, text.Length);
        return Next(text, Previous(text, index));
    }

    // True if a cluster ends between these characters in every text. The text is read from such a place on.
    private static bool IsBoundary(char before, char after)
        => char.IsAscii(before) && char.IsAscii(after) && (before, after) != ('\r', '\n');
}
