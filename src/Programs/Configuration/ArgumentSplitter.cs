using System.Text;

namespace RemoteShell.Cli.Configuration;

/// <summary>Splits the arguments of a line into words, as OpenSSH 9 does (argv_split in its misc.c).</summary>
internal static class ArgumentSplitter
{
    /// <summary>Returns the words; null if a quote has no end.</summary>
    /// <remarks>
    /// Both kinds of quotes hold a word together. A backslash makes a quote, a backslash, or outside of quotes a space, an ordinary
    /// character; before any other it is one itself.
    /// </remarks>
    public static IReadOnlyList<string>? TrySplit(string text)
    {
        List<string> words = [];
        int at = 0;
        while (true)
        {
            while (at < text.Length && IsBlank(text[at]))
                at++;
            if (at == text.Length || text[at] == '#')
                return words;
            var word = new StringBuilder();
            char quote = '\0';
            for (; at < text.Length && (quote != '\0' || !IsBlank(text[at])); at++)
            {
                char one = text[at];
                if (one == '\\' && at + 1 < text.Length && IsEscapable(text[at + 1], quote))
                    word.Append(text[++at]);
                else if (quote == '\0' && (one is '\'' or '"'))
                    quote = one;
                else if (quote != '\0' && one == quote)
                    quote = '\0';
                else
                    word.Append(one);
            }

            if (quote != '\0')
                return null;
            words.Add(word.ToString());
        }
    }

    private static bool IsBlank(char one) => one is ' ' or '\t';

    private static bool IsEscapable(char next, char quote) => next is '\'' or '"' or '\\' || (next == ' ' && quote == '\0');
}
