using System.Globalization;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Protocol;

namespace RemoteShell.Cli.Client.Output;

// The rules of what this program prints:
//   standard output holds what the user asked for, and nothing that a script would have to strip;
//   everything else goes to standard error: "rsh-client: what happened", in lower case and without a full stop,
//   and where there is one a second line with the cure.
internal static class UserMessages
{
    private const int LongestPart = 200;

    /// <summary>Whether a person can be asked something.</summary>
    public static bool CanAsk => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>Says something that is no failure.</summary>
    public static void Say(string text) => Write($"rsh-client: {Printable(text)}");

    /// <summary>Shows what the server has to say to whoever comes.</summary>
    public static void Announce(string text) => Write(Printable(text));

    public static int Fail(int status, string what, string? cure)
    {
        Say(what);
        if (cure is not null)
            Write(Printable(cure));
        return status;
    }

    public static int Fail(Exception e)
    {
        int status = ExitStatus.Of(e);
        return e switch
        {
            BrokenOutputException or OperationCanceledException => status,
            RemoteShellException known => Fail(status, known.Message, known.Hint),
            FormatException => Fail(status, e.Message, null),
            IOException or UnauthorizedAccessException => Fail(status, e.Message, null),
            _ => Fail(status, $"this is a fault of rsh-client: {e}", null),
        };
    }

    // Where standard error cannot be written to there is nobody to tell, and the exit status must still be right.
    private static void Write(string line)
    {
        try
        {
            Console.Error.WriteLine(line);
        }
        catch (IOException)
        {
            // See above.
        }
    }

    /// <summary>The same as a part of one line, of a length that a line can bear: nothing in it may begin another line, or run backwards.</summary>
    public static string OneLine(string text)
    {
        string shown = text.Length <= LongestPart ? text : $"{text[..LongestPart]}…";
        return string.Concat(shown.Select(c => c switch
        {
            '\n' => "\\n",
            '\t' => "\\t",
            _ when char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => "\uFFFD",
            _ => c.ToString(),
        }));
    }

    /// <summary>Texts of the server are for people: they must not move a cursor or ring a bell.</summary>
    public static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c));
}
