namespace RemoteShell.Cli.Configuration;

/// <summary>Patterns of names: <c>*</c> stands for any text, <c>?</c> for one character, and <c>!</c> before a pattern excludes.</summary>
internal static class HostPatterns
{
    /// <summary>Whether a name fits at least one pattern, and none with a <c>!</c>.</summary>
    public static bool Match(IEnumerable<string> patterns, Func<string, bool> fits)
    {
        bool isMatch = false;
        foreach (string pattern in patterns)
        {
            bool excludes = pattern.StartsWith('!');
            if (!fits(excludes ? pattern[1..] : pattern))
                continue;
            if (excludes)
                return false;
            isMatch = true;
        }

        return isMatch;
    }

    /// <summary>Whether a name fits a pattern without <c>!</c>. Time: at most the product of both lengths.</summary>
    public static bool Fits(string name, string pattern)
    {
        int at = 0, next = 0, star = -1, starred = 0;
        while (at < name.Length)
        {
            if (next < pattern.Length && pattern[next] == '*')
            {
                (star, starred) = (next++, at);
                continue;
            }

            if (next < pattern.Length && (pattern[next] == '?' || pattern[next] == name[at]))
            {
                at++;
                next++;
                continue;
            }

            if (star < 0)
                return false;
            (next, at) = (star + 1, ++starred);
        }

        return pattern.AsSpan(next).IndexOfAnyExcept('*') < 0;
    }
}
