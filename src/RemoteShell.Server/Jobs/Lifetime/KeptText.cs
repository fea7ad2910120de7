using System.Text;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>Cuts texts of a client to the length that is kept of a job, in memory and on disk.</summary>
internal static class KeptText
{
    /// <summary>Bytes of UTF-8, with the ellipsis of a text that was cut.</summary>
    public const int MaxBytes = 1024;

    private const string Ellipsis = "…";
    private const int EllipsisBytes = 3;

    // A UTF-16 code unit takes at most 3 bytes of UTF-8.
    private const int BytesPerUnit = 3;

    /// <summary>The text, or as many of its first characters as fit with an ellipsis into <see cref="MaxBytes"/>.</summary>
    public static string Of(string text)
    {
        if (text.Length * (long)BytesPerUnit <= MaxBytes)
            return text;
        int bytes = 0, cut = 0;
        for (int at = 0; at < text.Length;)
        {
            // A lone surrogate counts as the replacement character, as which it is stored.
            Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out int units);
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxBytes)
                return text[..cut] + Ellipsis;
            at += units;
            if (bytes <= MaxBytes - EllipsisBytes)
                cut = at;
        }

        return text;
    }
}
