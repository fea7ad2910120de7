using System.Buffers;

namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>Names in shell text, and the words that begin with one.</summary>
internal static class ShellNames
{
    private static readonly SearchValues<char> Letters
        = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>The length of the name at the start of a text; 0 if it does not begin with one.</summary>
    public static int Length(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || char.IsAsciiDigit(text[0]))
            return 0;
        int end = text.IndexOfAnyExcept(Letters);
        return end < 0 ? text.Length : end;
    }

    /// <summary>The length of <c>name=</c>, <c>name+=</c> or <c>name[…]=</c> at the start of a word; 0 if it has another form.</summary>
    public static int AssignmentLength(ReadOnlySpan<char> word)
    {
        int at = Length(word);
        if (at == 0)
            return 0;
        if (at < word.Length && word[at] == '[')
        {
            int close = word.IndexOf(']');
            at = close < 0 ? word.Length : close + 1;
        }

        if (at < word.Length && word[at] == '+')
            at++;
        return at < word.Length && word[at] == '=' ? at + 1 : 0;
    }

    /// <summary>Whether a word is the descriptor of the redirection behind it: <c>2</c> or <c>{name}</c>.</summary>
    public static bool IsDescriptor(ReadOnlySpan<char> word)
        => word.IndexOfAnyExceptInRange('0', '9') < 0 || (word is ['{', _, .., '}'] && word[1..^1].IndexOfAnyExcept(Letters) < 0);

    /// <summary>Whether a bracket begins a subscript that has blanks or quotes, so that it may go on behind the word.</summary>
    /// <param name="before">The word before the bracket.</param>
    /// <param name="text">The text behind the bracket.</param>
    /// <param name="isInArray">Whether the word is a value of an array.</param>
    public static bool IsOddSubscript(ReadOnlySpan<char> before, ReadOnlySpan<char> text, bool isInArray)
    {
        bool isSubscript = before.IsEmpty ? isInArray : before.IndexOfAnyExcept(Letters) < 0;
        if (!isSubscript)
            return false;
        int at = 0;
        while (at < text.Length && (Letters.Contains(text[at]) || text[at] is '@' or '*' or '+' or '-'))
            at++;
        return at == text.Length || text[at] != ']';
    }

    /// <summary>
    /// The length of the parentheses at the start of a text, as part of a pattern or a regular expression; 0 if they have characters that
    /// may mean something else in some shells.
    /// </summary>
    public static int GroupLength(ReadOnlySpan<char> text)
    {
        int open = 0;
        for (int i = 0; i < text.Length; i++)
        {
            bool isEscaped = text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '.' or '+' or '*' or '?' or '-' or '/' or '|';
            if (text[i] == '(')
                open++;
            else if (text[i] == ')')
                open--;
            else if (isEscaped)
                i++;
            else if (!Letters.Contains(text[i]) && !".,-/:%@+*?!|[]^".Contains(text[i], StringComparison.Ordinal))
                return 0;
            if (open == 0)
                return i + 1;
        }

        return 0;
    }

    /// <summary>Whether the text behind <c>${</c> has a form that not all shells know.</summary>
    public static bool IsOddParameter(ReadOnlySpan<char> text)
    {
        bool hasPrefix = text is ['#' or '!', ..];
        ReadOnlySpan<char> name = hasPrefix ? text[1..] : text;
        int length = Length(name);
        if (length == 0 && name is [(>= '0' and <= '9') or '@' or '*' or '?' or '-' or '$' or '!' or '#', ..])
            length = char.IsAsciiDigit(name[0]) ? name.Length - name.TrimStart("0123456789").Length : 1;
        if (length == 0)
            return !name.IsEmpty && !(hasPrefix && name[0] == '}');
        return length < name.Length && !"}:-=+?#%/^,@[*".Contains(name[length], StringComparison.Ordinal);
    }
}
