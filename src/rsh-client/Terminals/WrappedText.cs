using System.Text;
using RemoteShell.Cli.Client.Output;
using Wcwidth;

namespace RemoteShell.Cli.Client.Terminals;

/// <summary>Breaks a message into lines that fit a terminal.</summary>
internal static class WrappedText
{
    // UserMessages.OneLine cuts what is longer.
    private const int MaxWidth = 200;

    /// <summary>
    /// Returns lines of at most <paramref name="columns"/> cells, without control characters. A cut last line ends with "…".
    /// </summary>
    public static IReadOnlyList<string> Lines(string text, int columns, int maxLines)
    {
        int width = Math.Clamp(columns, 1, MaxWidth);
        List<string> lines = [.. text.Split('\n').SelectMany(line => Wrap(UserMessages.Printable(line).Replace('\t', ' '), width))];
        if (lines.Count > maxLines)
        {
            lines.RemoveRange(maxLines, lines.Count - maxLines);
            lines[^1] = $"{Start(lines[^1], width - 1)}…";
        }

        return [.. lines.Select(UserMessages.OneLine)];
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        string rest = text.TrimEnd();
        while (true)
        {
            string fits = Start(rest, width);
            if (fits.Length == rest.Length)
            {
                yield return rest;
                yield break;
            }

            int blank = rest[fits.Length] == ' ' ? fits.Length : fits.LastIndexOf(' ');
            // A word that is longer than a line is cut anywhere.
            int end = blank > 0 ? blank : Math.Max(1, fits.Length);
            yield return rest[..end].TrimEnd();
            rest = rest[end..].TrimStart();
        }
    }

    // The longest beginning that fits.
    private static string Start(string text, int width)
    {
        int cells = 0, end = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            cells += Math.Max(0, UnicodeCalculator.GetWidth(rune.Value));
            if (cells > width)
                break;
            end += rune.Utf16SequenceLength;
        }

        return text[..end];
    }
}
