namespace RemoteShell.Server.Builtins;

/// <summary>Lists the built-ins, or shows how to use them.</summary>
internal static class HelpBuiltin
{
    public static Builtin Builtin { get; } = new("help", "lists the built-ins; help NAME shows how to use one", """
        help [NAME…]
          Lists the built-ins, or shows how to use the named ones.
        """, Run)
    {
        IsRepeatable = true,
    };

    private static BuiltinResult Run(BuiltinCall call)
    {
        // The line of a prompt has all names in one argument.
        string[] names =
        [
            .. call.Arguments.SelectMany(argument => argument.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Distinct(),
        ];
        if (names.FirstOrDefault(name => BuiltinTable.Find(name) is null) is { } unknown)
            return new(2, "", $"help: unknown built-in '{unknown}'; list them with: help\n");
        return new(0, string.Concat(names.Length > 0
            ? names.Select(name => $"{BuiltinTable.Find(name)!.Manual}\n")
            : BuiltinTable.List.Select(builtin => $"{builtin.Name,-8}{builtin.Summary}\n")));
    }
}
