using System.Text;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>Reads what <c>alias</c> and <c>set</c> of a POSIX shell print: a name, <c>=</c>, and a quoted value in each line.</summary>
internal static class ShellListing
{
    private const string Prefix = "alias ", EndOfOptions = "-- ";

    /// <summary>Returns the names and values, without quotes. A value may have several lines.</summary>
    public static IEnumerable<(string Name, string Value)> Parse(string printed)
    {
        int at = 0;
        while (at < printed.Length)
        {
            int start = printed.AsSpan(at).StartsWith(Prefix) ? at + Prefix.Length : at;
            start += printed.AsSpan(start).StartsWith(EndOfOptions) ? EndOfOptions.Length : 0;
            int equals = printed.IndexOf('=', start);
            int end = printed.IndexOf('\n', start);
            if (equals < 0)
                yield break;
            if (end >= 0 && end < equals)
            {
                // A variable without a value, or a line of another form.
                at = end + 1;
                continue;
            }

            var value = new StringBuilder();
            at = ReadValue(printed, equals + 1, value);
            yield return (printed[start..equals], value.ToString());
        }
    }

    // Reads up to a line feed outside of quotes, and returns the index behind it.
    private static int ReadValue(string text, int at, StringBuilder value)
    {
        while (at < text.Length && text[at] != '\n')
        {
            bool isAnsi = text[at] == '$' && at + 1 < text.Length && text[at + 1] == '\'';
            if (isAnsi)
                at++;
            if (text[at] is '\'' or '"')
            {
                at = ReadQuoted(text, at, text[at] == '"' || isAnsi, value);
                continue;
            }

            if (text[at] == '\\' && at + 1 < text.Length)
                at++;
            value.Append(text[at]);
            at++;
        }

        return at + 1;
    }

    private static int ReadQuoted(string text, int start, bool hasEscapes, StringBuilder value)
    {
        int at = start + 1;
        while (at < text.Length && text[at] != text[start])
        {
            bool isEscaped = hasEscapes && text[at] == '\\' && at + 1 < text.Length;
            at = isEscaped ? ReadEscaped(text, at + 1, value) : Append(text[at], at, value);
        }

        return at + 1;
    }

    // Of the escapes that a shell prints only the usual ones are read: the value is only shown.
    private static int ReadEscaped(string text, int at, StringBuilder value)
    {
        if (at + 3 <= text.Length && text.AsSpan(at, 3).IndexOfAnyExceptInRange('0', '7') < 0)
        {
            value.Append((char)Convert.ToInt32(text.Substring(at, 3), 8));
            return at + 3;
        }

        return Append(text[at] is 'n' or 't' or 'r' ? ' ' : text[at], at, value);
    }

    private static int Append(char c, int at, StringBuilder value)
    {
        value.Append(c);
        return at + 1;
    }
}
