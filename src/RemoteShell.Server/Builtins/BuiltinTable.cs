namespace RemoteShell.Server.Builtins;

/// <summary>All built-ins, by name: a new one is a file of its own and a line here.</summary>
internal static class BuiltinTable
{
    private static readonly Builtin[] All = [Calc.Builtin, Help.Builtin];

    private static readonly Dictionary<string, Builtin> ByName = All.ToDictionary(builtin => builtin.Name, StringComparer.Ordinal);

    public static Builtin? Find(string name) => ByName.GetValueOrDefault(name);

    public static IReadOnlyList<Builtin> List => All;
}
