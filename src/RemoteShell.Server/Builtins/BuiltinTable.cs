namespace RemoteShell.Server.Builtins;

/// <summary>All built-ins, by name. A new built-in needs a file and an entry here.</summary>
internal static class BuiltinTable
{
    private static readonly Builtin[] All =
    [
        CalcBuiltin.Builtin,
        UpperBuiltin.Builtin,
        TimeBuiltin.Builtin,
        WhoBuiltin.Builtin,
        HelpBuiltin.Builtin,
    ];

    private static readonly Dictionary<string, Builtin> ByName = All.ToDictionary(builtin => builtin.Name, StringComparer.Ordinal);

    public static Builtin? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Returns the built-in that the line of a prompt is for, and its arguments; null if the line is for the shell.</summary>
    public static (Builtin Builtin, IReadOnlyList<string> Arguments)? ForLine(string line)
    {
        string[] words = line.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || Find(words[0]) is not { } builtin)
            return null;
        string[] arguments = [.. words.Skip(1).Select(text => text.Trim()).Where(text => text.Length > 0)];
        if (builtin.StandsAlone && arguments.Length > 0)
            return null;
        return (builtin, arguments);
    }

    public static IReadOnlyList<Builtin> List => All;
}
