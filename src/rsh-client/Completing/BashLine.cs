using System.Text;

namespace RemoteShell.Cli.Client.Completing;

/// <summary>A command line of bash up to the cursor: its words, and how to write what completes the last one.</summary>
internal sealed class BashLine
{
    // COMP_WORDBREAKS without blanks and quotes: bash replaces only what follows the last of them.
    private const string Breaks = "@><=;|&(:";

    private const string Special = " \t\n\"'\\$`!*?[]{}()<>|&;#~^";

    private readonly List<string> _words = [];
    private readonly int _kept;
    private readonly char _quote;

    private BashLine(List<string> words, int kept, char quote) => (_words, _kept, _quote) = (words, kept, quote);

    /// <summary>The words; the last is the one at the cursor, and may be empty.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Reads a line. Its last quote may be open.</summary>
    public static BashLine Read(string line)
    {
        List<string> words = [];
        var word = new StringBuilder();
        char quote = '\0';
        int kept = 0;
        bool isOpen = false;
        for (int i = 0; i < line.Length; i++)
        {
            char one = line[i];
            if (quote == '\0' && (one is ' ' or '\t'))
            {
                if (isOpen)
                    words.Add(word.ToString());
                word.Clear();
                (kept, isOpen) = (0, false);
                continue;
            }

            isOpen = true;
            if (quote != '\'' && one == '\\' && i + 1 < line.Length)
            {
                word.Append(line[++i]);
            }
            else if (quote == '\0' && (one is '\'' or '"'))
            {
                quote = one;
                kept = word.Length;
            }
            else if (quote != '\0' && one == quote)
            {
                quote = '\0';
            }
            else
            {
                word.Append(one);
                if (quote == '\0' && Breaks.Contains(one, StringComparison.Ordinal))
                    kept = word.Length;
            }
        }

        words.Add(word.ToString());
        return new(words, kept, quote);
    }

    /// <summary>What bash puts in place of the last word, to make it this one.</summary>
    public string Replacement(string word)
    {
        string rest = word[Math.Min(_kept, word.Length)..];
        if (_quote != '\0')
            return rest;
        var escaped = new StringBuilder();
        foreach (char one in rest)
        {
            if (Special.Contains(one, StringComparison.Ordinal))
                escaped.Append('\\');
            escaped.Append(one);
        }

        return escaped.ToString();
    }
}
