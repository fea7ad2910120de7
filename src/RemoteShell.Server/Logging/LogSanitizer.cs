using System.Text;

namespace RemoteShell.Server.Logging;

/// <summary>Makes text of a client safe to show: it cannot start a line, move the cursor of a terminal, or fill the disk.</summary>
internal static class LogSanitizer
{
    // Characters.
    private const int MaxLength = 1024;

    /// <summary>Escapes characters that are not text, and cuts the text off after 1024 characters.</summary>
    public static string Of(string text)
        => Escape(text.Length <= MaxLength ? text : $"{text.AsSpan(0, MaxLength)}… ({text.Length} characters)");

    /// <summary>Escapes characters that are not text: controls, separators of lines, marks of direction, half surrogate pairs.</summary>
    /// <remarks>Marks of direction can show a text in another order than it has.</remarks>
    public static string Escape(string text)
    {
        if (!HasUnsafe(text))
            return text;
        var safe = new StringBuilder(text.Length + 16);
        for (int i = 0; i < text.Length; i++)
        {
            if (IsPair(text, i))
                safe.Append(text[i]).Append(text[++i]);
            else if (IsUnsafe(text[i]))
                safe.Append("\\u").Append(((int)text[i]).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
            else
                safe.Append(text[i]);
        }

        return safe.ToString();
    }

    private static bool HasUnsafe(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (IsPair(text, i))
                i++;
            else if (IsUnsafe(text[i]))
                return true;
        }

        return false;
    }

    private static bool IsPair(string text, int at)
        => char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]);

    // Unicode's property Bidi_Control, besides controls and separators.
    private static bool IsUnsafe(char c) => char.IsControl(c) || char.IsSurrogate(c) || c
        is '\u2028' or '\u2029' or '\u061c' or '\u200e' or '\u200f'
        or (>= '\u202a' and <= '\u202e')
        or (>= '\u2066' and <= '\u2069');
}
