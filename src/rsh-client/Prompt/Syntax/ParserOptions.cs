namespace RemoteShell.Cli.Client.Prompt.Syntax;

/// <summary>The options of a shell that change what <c>-n</c> says of a text.</summary>
/// <remarks>Only bash and zsh have any. Of bash it is <c>posix</c> because of the quotes in <c>"${x-'}"</c>.</remarks>
internal static class ParserOptions
{
    // Without exec a shell runs nothing, so it is always on.
    private const string AlwaysOn = "exec";

    private static readonly string[] BashVariables = ["BASHOPTS", "SHELLOPTS"], ZshVariables = ["options"];

    private static readonly string[] OfZsh =
    [
        "cshjunkieloops", "equals", "ignorebraces", "ignoreclosebraces", "ksharrays", "multifuncdef", "shglob", "shortloops",
        "shortrepeat",
    ];

    /// <summary>The variables that name the options that are on; none if no option matters.</summary>
    /// <param name="shell">The path of the shell.</param>
    public static IReadOnlyList<string> VariablesOf(string shell) => Path.GetFileName(shell) switch
    {
        "bash" => BashVariables,
        "zsh" => ZshVariables,
        _ => [],
    };

    /// <summary>The arguments for the options of a shell that does not tell them.</summary>
    /// <remarks>Patterns such as !(a|b) count as valid; what is wrong is shown when the line runs.</remarks>
    /// <param name="shell">The path of the shell.</param>
    public static IReadOnlyList<string> Unknown(string shell) => Path.GetFileName(shell) == "bash" ? ["-O", "extglob"] : [];

    /// <summary>The arguments for the same options as those of a running shell; null if the values do not tell them.</summary>
    /// <param name="shell">The path of the shell.</param>
    /// <param name="values">The values of <see cref="VariablesOf"/>.</param>
    public static IReadOnlyList<string>? Of(string shell, IReadOnlyList<string> values)
    {
        // A value that was cut may lack an option.
        if (values.Count == 0 || values.Any(value => value.EndsWith('…')))
            return null;
        HashSet<string> on = [.. values.SelectMany(value => value.Split([':', ' ']))];
        if (Path.GetFileName(shell) == "bash")
            return [on.Contains("extglob") ? "-O" : "+O", "extglob", .. Set("posix")];
        return on.Contains(AlwaysOn) ? [.. OfZsh.SelectMany(Set)] : null;

        IEnumerable<string> Set(string option) => [on.Contains(option) ? "-o" : "+o", option];
    }
}
