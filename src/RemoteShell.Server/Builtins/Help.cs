namespace RemoteShell.Server.Builtins;

/// <summary>Lists the built-ins.</summary>
internal static class Help
{
    public static Builtin Builtin { get; } = new("help", "lists the built-ins", Run);

    private static BuiltinResult Run(IReadOnlyList<string> arguments)
    {
        IEnumerable<Builtin> wanted = BuiltinTable.List;
        if (arguments.Count > 0)
        {
            string? unknown = arguments.FirstOrDefault(name => BuiltinTable.Find(name) is null);
            if (unknown is not null)
                return new(2, "", $"help: there is no built-in '{unknown}'; help lists them\n");
            wanted = arguments.Select(name => BuiltinTable.Find(name)!);
        }

        return new(0, string.Concat(wanted.Select(builtin => $"{builtin.Name,-8}{builtin.Summary}\n")));
    }
}
