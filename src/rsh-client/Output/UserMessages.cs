using System.Globalization;
using System.Text;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Output;

/// <summary>Messages for people, on standard error.</summary>
/// <remarks>
/// Standard output has only what the user asked for, and nothing that a script would have to strip. A message reads
/// "rsh-client: what happened", in lower case and without a full stop. A second line has the hint, if there is one.
/// </remarks>
internal static class UserMessages
{
    private const int MaxPartLength = 200;

    /// <summary>Whether this program can ask the user a question.</summary>
    public static bool CanAsk => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>Shows a message of this program.</summary>
    public static void Say(string text) => Write($"rsh-client: {Printable(text)}");

    /// <summary>Shows a text of the server, such as its message of the day.</summary>
    public static void Announce(string text) => Write(Printable(text));

    /// <summary>Shows a failure and its hint, and returns the exit status.</summary>
    public static int Fail(int status, string what, string? hint)
    {
        Say(what);
        if (hint is not null)
            Write(Printable(hint));
        return status;
    }

    /// <summary>Shows a failure and its hint, and returns its exit status.</summary>
    public static int Fail(Exception e)
    {
        int status = ExitStatus.Of(e);
        return e switch
        {
            BrokenOutputException or OperationCanceledException => status,
            RemoteShellException known => Fail(status, known.Message, known.Hint),
            FormatException => Fail(status, e.Message, null),
            IOException or UnauthorizedAccessException => Fail(status, e.Message, null),
            _ => Fail(status, $"this is a bug in rsh-client: {e}", null),
        };
    }

    private static void Write(string line)
    {
        try
        {
            // Not Console.Error: the framework's console switches the keypad of a terminal to application keys, and leaves it so.
            StandardStreams.Error.Write(Encoding.UTF8.GetBytes($"{line}\n"));
        }
        catch (Exception e) when (e is IOException or BrokenOutputException)
        {
            // Standard error cannot be written, so that the message is lost. The exit status must still be right.
        }
    }

    /// <summary>A text as part of one line, with at most 200 characters.</summary>
    /// <remarks>It has no line breaks, control characters or changes of direction.</remarks>
    public static string OneLine(string text)
    {
        string shown = text.Length <= MaxPartLength ? text : $"{text[..MaxPartLength]}…";
        return string.Concat(shown.Select(c => c switch
        {
            '\n' => "\\n",
            '\t' => "\\t",
            _ => IsSafe(c) ? c.ToString() : "\uFFFD",
        }));
    }

    private static bool IsSafe(char c)
    {
        UnicodeCategory category = char.GetUnicodeCategory(c);
        return category is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
    }

    /// <summary>A text without control characters other than line feed and tab.</summary>
    /// <remarks>A text of the server must not move the cursor or ring the bell.</remarks>
    public static string Printable(string text)
        => string.Concat(text.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c));
}
