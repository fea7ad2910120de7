namespace RemoteShell.Server.Builtins;

/// <summary>All built-ins, by name: a new one is a file of its own and a line here.</summary>
internal static class BuiltinTable
{
    private static readonly Builtin[] All = [CalcBuiltin.Builtin, UpperBuiltin.Builtin, TimeBuiltin.Builtin, WhoBuiltin.Builtin, HelpBuiltin.Builtin];

    private static readonly Dictionary<string, Builtin> ByName = All.ToDictionary(builtin => builtin.Name, StringComparer.Ordinal);

    public static Builtin? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The built-in that a line of a prompt is for, and what it is given; null for a line of the shell's.</summary>
    public static (Builtin Builtin, IReadOnlyList<string> Arguments)? ForLine(string line)
    {
        if (line.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries) is not [var name, .. var rest] || Find(name) is not { } builtin)
            return null;
        string[] arguments = [.. rest.Select(text => text.Trim()).Where(text => text.Length > 0)];
        return builtin.StandsAlone && arguments.Length > 0 ? null : (builtin, arguments);
    }

    public static IReadOnlyList<Builtin> List => All;
}
