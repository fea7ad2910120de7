using System.Globalization;
using System.Text;
using RemoteShell.Cli.Arguments;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Cli.Failures;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Output;

/// <summary>Messages for people, on standard error.</summary>
/// <remarks>
/// Standard output has only what the user asked for, and nothing that a script would have to strip. A message reads
/// "rsh-client: what happened", in lower case and without a full stop. A second line has the hint, if there is one.
/// </remarks>
internal static class UserMessages
{
    // In characters: a part of a message, a message, and a text of several lines.
    private const int MaxPartLength = 200;
    private const int MaxLineLength = 4096;
    private const int MaxTextLength = 16 * 1024;

    // Where messages go.
    private static TextWriter _target = StandardText.Error;

    /// <summary>Appends all further messages to a file, in place of standard error.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteTo(string file) => _target = TextWriter.Synchronized(new StreamWriter(file, append: true) { AutoFlush = true });

    /// <summary>Whether this program can ask the user a question.</summary>
    public static bool CanAsk => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>Shows a message of this program. It is one line, so that no part of it looks like another message.</summary>
    public static void Say(string text) => Write($"rsh-client: {Line(text)}");

    /// <summary>Shows a text of the server, such as its message of the day.</summary>
    public static void Announce(string text) => Write(Printable(text));

    /// <summary>Shows a failure and its hint, and returns the exit status.</summary>
    public static int Fail(int status, string what, string? hint)
    {
        Say(what);
        if (hint is not null)
            Write(Line(hint));
        return status;
    }

    /// <summary>Shows a failure and its hint, and returns its exit status.</summary>
    public static int Fail(Exception e) => Fail(ExitStatus.Of(e), e);

    /// <summary>Shows a failure and its hint, and returns the exit status.</summary>
    public static int Fail(int status, Exception e)
    {
        e = FileFailure.CauseOf(e);
        return e switch
        {
            BrokenOutputException or OperationCanceledException => status,
            RemoteShellException known => Fail(status, known.Message, known.Hint),
            UsageException usage => Fail(status, usage.Message, usage.Hint),
            FormatException => Fail(status, e.Message, null),
            UnreadableInputException => Fail(status, $"standard input cannot be read: {e.Message}", null),
            _ when FileFailure.Is(e) => Fail(status, FileFailure.Describe(e), FileFailure.HintOf(e)),
            _ when MemoryFailure.Is(e) => Fail(status, MemoryFailure.Message, MemoryFailure.Hint),
            // The last line of defence. One frame tells where to look; a whole stack trace helps no user.
            _ => Fail(
                status,
                $"this is a bug in rsh-client: {e.GetType().Name}: {e.Message}",
                $"please report it, with its place: {Place(e)}"),
        };
    }

    private static string Place(Exception e) => e.StackTrace?.Split('\n')[0].Trim() ?? "unknown";

    private static void Write(string line) => _target.WriteLine(line);

    /// <summary>A text as part of one line, with at most 200 characters.</summary>
    /// <remarks>
    /// Line breaks, control characters and changes of direction are shown as <c>\n</c>, <c>\t</c>, <c>\xNN</c> or <c>\uNNNN</c>.
    /// </remarks>
    public static string OneLine(string text) => OneLine(text, MaxPartLength);

    /// <summary>A text as a whole line, with at most 4096 characters.</summary>
    /// <inheritdoc cref="OneLine(string)"/>
    public static string Line(string text) => OneLine(text, MaxLineLength);

    /// <summary>A text of several lines, with at most 16384 characters.</summary>
    /// <remarks>
    /// Control characters except line feed and tab, and changes of direction, are shown as U+FFFD: a text of the server must not move the
    /// cursor, ring the bell, or look different from what it is.
    /// </remarks>
    public static string Printable(string text)
        => string.Concat(Cut(text, MaxTextLength).Select(Shown));

    /// <summary>A text of any length and of several lines, with its colours.</summary>
    /// <remarks>Of the control sequences only those pass that set the look of the text (SGR); else as <see cref="Printable"/>.</remarks>
    public static string Coloured(string text)
    {
        var shown = new StringBuilder(text.Length);
        for (int at = 0, length; at < text.Length; at += Math.Max(1, length))
        {
            length = ColourLength(text.AsSpan(at));
            if (length > 0)
                shown.Append(text, at, length);
            else
                shown.Append(Shown(text[at]));
        }

        return shown.ToString();
    }

    /// <summary>A text of any length, without its colours; else as <see cref="Printable"/>.</summary>
    public static string Uncoloured(string text)
    {
        var shown = new StringBuilder(text.Length);
        for (int at = 0, length; at < text.Length; at += Math.Max(1, length))
        {
            length = ColourLength(text.AsSpan(at));
            if (length == 0)
                shown.Append(Shown(text[at]));
        }

        return shown.ToString();
    }

    /// <summary>The control sequences that set the look that a text has at its end; empty: plain.</summary>
    /// <param name="text">A text of <see cref="Coloured"/>.</param>
    public static string ColoursAfter(string text)
    {
        string colours = "";
        for (int at = text.IndexOf('\u001b', StringComparison.Ordinal); at >= 0; at = text.IndexOf('\u001b', at + 1))
        {
            string next = text.Substring(at, ColourLength(text.AsSpan(at)));
            bool isReset = next is "\u001b[m" or "\u001b[0m" || colours.Length > MaxPartLength;
            colours = isReset ? "" : colours + next;
        }

        return colours;
    }

    private static char Shown(char c) => IsSafe(c) || c is '\n' or '\t' ? c : '\uFFFD';

    // Of the sequence that sets the look at the start of the text; 0: there is none.
    private static int ColourLength(ReadOnlySpan<char> text)
    {
        const string start = "\u001b[";
        if (!text.StartsWith(start))
            return 0;
        int length = text[start.Length..].IndexOfAnyExcept("0123456789;:");
        return length is >= 0 and <= MaxPartLength && text[start.Length + length] == 'm' ? start.Length + length + 1 : 0;
    }

    private static string OneLine(string text, int maxLength) => string.Concat(Cut(text, maxLength).Select(c => c switch
    {
        '\n' => "\\n",
        '\t' => "\\t",
        _ => IsSafe(c) ? c.ToString() : Escaped(c),
    }));

    // As EscapedBytes escapes a byte of a name; a character that is not ASCII has several bytes.
    private static string Escaped(char c) => char.IsAscii(c) ? $"\\x{(int)c:x2}" : $"\\u{(int)c:x4}";

    private static string Cut(string text, int maxLength) => text.Length <= maxLength ? text : $"{text[..maxLength]}…";

    /// <summary>Whether a character shows what it is: it is not a control character, a line break, or invisible.</summary>
    /// <remarks>
    /// Of the invisible characters only those are safe that join letters or emoji. The others change the direction, or hide.
    /// </remarks>
    public static bool IsSafe(char c)
    {
        const char zeroWidthNonJoiner = '\u200C', zeroWidthJoiner = '\u200D';
        UnicodeCategory category = char.GetUnicodeCategory(c);
        return category is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            || c is zeroWidthNonJoiner or zeroWidthJoiner;
    }
}
