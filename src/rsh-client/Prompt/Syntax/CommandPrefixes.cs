namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>Commands whose arguments are a command, such as <c>sudo</c>.</summary>
internal static class CommandPrefixes
{
    // Their options that take the next word as their value.
    private static readonly Dictionary<string, string[]> Options = new(StringComparer.Ordinal)
    {
        ["sudo"] = ["-u", "-g", "-h", "-p", "-C", "-r", "-t", "-U", "-D", "-R", "-T"],
        ["doas"] = ["-u", "-C"],
        ["exec"] = ["-a"],
        ["command"] = [],
        ["builtin"] = [],
        ["nohup"] = [],
        ["setsid"] = [],
        ["nice"] = ["-n"],
        ["ionice"] = ["-c", "-n"],
        ["env"] = ["-u", "-C", "-S"],
        ["timeout"] = ["-s", "-k"],
        ["stdbuf"] = ["-i", "-o", "-e"],
        ["time"] = ["-f", "-o"],
        ["xargs"] = ["-n", "-P", "-I", "-L", "-s", "-a", "-d", "-E"],
        ["strace"] = ["-e", "-o", "-p", "-s", "-u"],
        ["watch"] = ["-n"],
    };

    /// <summary>Whether the next word is the name of a command.</summary>
    /// <param name="words">The words of the command so far, without quotes.</param>
    public static bool ExpectCommand(IReadOnlyList<string> words)
    {
        int at = 0;
        while (at < words.Count)
        {
            if (IsAssignment(words[at]))
                at++;
            else if (Options.TryGetValue(words[at], out string[]? withValue))
                at = SkipOptions(words, at, withValue);
            else
                return false;
        }

        return at == words.Count;
    }

    // Behind the last option. Behind the end of the words if the next word is the value of an option.
    private static int SkipOptions(IReadOnlyList<string> words, int prefix, string[] withValue)
    {
        int at = prefix + 1;
        while (at < words.Count && words[at].StartsWith('-'))
            at += withValue.Contains(words[at]) ? 2 : 1;
        return words[prefix] == "timeout" ? at + 1 : at;
    }

    private static bool IsAssignment(string word)
        => word.IndexOf('=', StringComparison.Ordinal) is > 0 and var end && word[..end].All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
