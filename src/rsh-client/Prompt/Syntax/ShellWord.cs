using System.Text;

namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>The value of a word of shell text.</summary>
internal static class ShellWord
{
    /// <summary>Removes the quotes of a word, as the shell does. Expansions stay as they are written.</summary>
    public static string Unquote(ReadOnlySpan<char> word)
    {
        var value = new StringBuilder(word.Length);
        int at = 0;
        while (at < word.Length)
        {
            char c = word[at];
            if (c == '\\')
                at = Escaped(word, at, value, isQuoted: false);
            else if (c == '\'')
                at = SingleQuoted(word, at + 1, value);
            else if (c == '"')
                at = DoubleQuoted(word, at + 1, value);
            else if (c == '$' && at + 1 < word.Length && word[at + 1] == '\'')
                at = AnsiQuoted(word, at + 2, value);
            else if (c == '$' && at + 1 < word.Length && word[at + 1] == '"')
                at++;
            else
                at = Plain(c, at, value);
        }

        return value.ToString();
    }

    private static int Plain(char c, int at, StringBuilder value)
    {
        value.Append(c);
        return at + 1;
    }

    private static int Escaped(ReadOnlySpan<char> word, int at, StringBuilder value, bool isQuoted)
    {
        // A backslash at the end has nothing to quote yet.
        if (at + 1 >= word.Length)
            return at + 1;
        char next = word[at + 1];
        if (next == '\n')
            return at + 2;
        if (isQuoted && next is not ('$' or '`' or '"' or '\\'))
            value.Append('\\');
        value.Append(next);
        return at + 2;
    }

    private static int SingleQuoted(ReadOnlySpan<char> word, int at, StringBuilder value)
    {
        int end = word[at..].IndexOf('\'');
        ReadOnlySpan<char> text = end < 0 ? word[at..] : word.Slice(at, end);
        value.Append(text);
        return at + text.Length + 1;
    }

    private static int DoubleQuoted(ReadOnlySpan<char> word, int at, StringBuilder value)
    {
        while (at < word.Length && word[at] != '"')
            at = word[at] == '\\' ? Escaped(word, at, value, isQuoted: true) : Plain(word[at], at, value);
        return at + 1;
    }

    private static int AnsiQuoted(ReadOnlySpan<char> word, int at, StringBuilder value)
    {
        while (at < word.Length && word[at] != '\'')
            at = word[at] == '\\' ? AnsiEscaped(word, at + 1, value) : Plain(word[at], at, value);
        return at + 1;
    }

    private static int AnsiEscaped(ReadOnlySpan<char> word, int at, StringBuilder value)
    {
        if (at >= word.Length)
            return at;
        char c = word[at];
        switch (c)
        {
            case 'x':
                return Number(word, at + 1, 2, 16, value);
            case 'u':
                return Number(word, at + 1, 4, 16, value);
            case 'U':
                return Number(word, at + 1, 8, 16, value);
            case >= '0' and <= '7':
                return Number(word, at, 3, 8, value);
            default:
                const string names = "abeEfnrtv", values = "\a\b\e\e\f\n\r\t\v";
                int index = names.IndexOf(c, StringComparison.Ordinal);
                value.Append(index < 0 ? c : values[index]);
                return at + 1;
        }
    }

    private static int Number(ReadOnlySpan<char> word, int at, int maxDigits, int radix, StringBuilder value)
    {
        int number = 0, end = at;
        while (end < word.Length && end - at < maxDigits && DigitOf(word[end]) < radix)
        {
            number = (number * radix) + DigitOf(word[end]);
            end++;
        }

        if (Rune.TryCreate(number, out Rune rune))
            value.Append(rune);
        return end;
    }

    private static int DigitOf(char c) => char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : int.MaxValue;
}
