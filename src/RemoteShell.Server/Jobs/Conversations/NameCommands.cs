using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>
/// Makes commands that print the names that begin with a word: for each a letter for its kind, a blank, the name, maybe NUL and a
/// description, and a line feed.
/// </summary>
internal static class NameCommands
{
    // In characters, one more than is shown.
    private const string MaxValue = "81", MaxWhole = "4097";

    private const string Random = "RANDOM", ZshOptions = "options";

    /// <summary>The command for bash. It lists no aliases: a look at one of bash's array of them goes through all.</summary>
    public static string OfBash(string word, NameKind kind)
    {
        string quoted = ShellDialect.Quote(word);
        return kind switch
        {
            NameKind.User => $"compgen -P 'u ' -u -- {quoted}",
            NameKind.Variable => $"compgen -P 'v ' -v -- {quoted}{BashValues(word)}",
            _ => $"compgen -P 'F ' -A function -- {quoted}; compgen -P 'b ' -b -- {quoted}; compgen -P 'k ' -k -- {quoted}",
        };
    }

    /// <summary>The command for zsh. An anonymous function leaves no variable behind.</summary>
    public static string OfZsh(string word, NameKind kind)
    {
        string all = kind switch
        {
            NameKind.User => Each("u", "${(k)nameddirs}") + Each("u", "${(k)userdirs}"),
            NameKind.Variable => ZshEach("${(k)parameters}", ZshValue),
            _ => ZshEach("${(k)aliases}", Describe("a", "${aliases[$__rsh_n]}")) + Each("F", "${(k)functions}")
                + Each("b", "${(k)builtins}") + Each("k", "reswords"),
        };
        string first = kind == NameKind.Variable && word == ZshOptions ? ZshOptionsOn : "";
        return $"zmodload zsh/parameter; {first}() {{ local __rsh_n; {all}}} {ShellDialect.Quote(word)}";

        static string Each(string kind, string names) => ZshEach(names, $"\\builtin \\print -r -- \"{kind} $__rsh_n\"");
    }

    // Reading RANDOM would change the numbers that come next. A hidden value, such as all commands, is long.
    private static string ZshValue => $"if [[ ${{parameters[$__rsh_n]}} == *hideval* || $__rsh_n == {Random} ]]; "
        + "then \\builtin \\print -r -- \"v $__rsh_n\"; "
        + $"elif [[ $__rsh_n == \"$1\" ]]; then {Describe("v", "${(P)__rsh_n}", MaxWhole)}; "
        + $"else {Describe("v", "${(P)__rsh_n}")}; fi";

    // The names of the options that are on, unless the user has a variable of this name. Options change what a function sees.
    private static string ZshOptionsOn => $"if [[ ${{(t){ZshOptions}}} == association*special ]]; then "
        + $"\\builtin \\printf 'v {ZshOptions}\\0%.{MaxWhole}s\\n' \"${{(kj: :){ZshOptions}[(R)on]}}\"; fi; ";

    private static string ZshEach(string names, string command) => $"for __rsh_n in ${{(M){names}:#$1*}}; do {command}; done; ";

    private static string Describe(string kind, string value, string most = MaxValue)
        => $"\\builtin \\printf '{kind} %s\\0%.{most}s\\n' \"$__rsh_n\" \"${{{value}//[[:cntrl:]]/ }}\"";

    // Names with a common beginning can be had without a process, but not all names.
    private static string BashValues(string word)
    {
        if (word.Length == 0 || !EncodedCommand.IsName(word))
            return "";
        return $"; for __rsh_n in \"${{!{word}@}}\"; do __rsh_m={MaxValue}; [[ $__rsh_n != {word} ]] || __rsh_m={MaxWhole}; "
            + $"if [[ $__rsh_n != {Random} ]]; then __rsh_v=${{!__rsh_n-}}; "
            + "\\builtin \\printf 'v %s\\0%.*s\\n' \"$__rsh_n\" \"$__rsh_m\" \"${__rsh_v//[[:cntrl:]]/ }\"; fi; done; "
            + "\\builtin \\unset -v __rsh_n __rsh_v __rsh_m";
    }
}
