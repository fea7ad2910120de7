namespace RemoteShell.Cli.Client.Prompt.Editing;

/// <summary>Finds words of a shell line.</summary>
internal static class ShellWords
{
    /// <summary>The last word with its quotes; empty if there is none.</summary>
    public static string Last(string line)
    {
        string text = line.TrimEnd();
        int start = 0;
        bool isInWord = false;
        char quote = '\0';
        // Only the text before a blank tells whether it is quoted.
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool isBlank = quote == '\0' && char.IsWhiteSpace(c);
            if (!isBlank && !isInWord)
                start = i;
            isInWord = !isBlank;
            if (c == '\\' && quote != '\'')
                i++;
            else if (quote == '\0' && c is '\'' or '"')
                quote = c;
            else if (c == quote)
                quote = '\0';
        }

        return text[start..];
    }
}
