namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Reads what this program must know of a shell line.</summary>
internal static class LineWords
{
    /// <summary>Whether the line ends with an <c>&amp;</c> that puts it into the background.</summary>
    /// <remarks>Such an <c>&amp;</c> is not quoted, not escaped, not in a comment, and not part of another operator.</remarks>
    public static bool EndsWithBackground(string line)
    {
        char quote = '\0', before = ' ';
        bool isPlain = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            isPlain = false;
            if (quote != '\0')
            {
                if (c == '\\' && quote == '"')
                    i++;
                else if (c == quote)
                    quote = '\0';
            }
            else if (c == '\\')
            {
                i++;
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (c == '#' && before is (' ' or '\t' or ';'))
            {
                return false;
            }
            else
            {
                isPlain = c == '&' && before is not ('&' or '>' or '<' or '|');
            }

            before = c;
        }

        return isPlain;
    }
}
