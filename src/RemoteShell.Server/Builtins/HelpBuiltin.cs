namespace RemoteShell.Server.Builtins;

/// <summary>Lists the built-ins, or tells how one is used.</summary>
internal static class HelpBuiltin
{
    public static Builtin Builtin { get; } = new("help", "lists the built-ins; help NAME tells how one is used", """
        help [NAME…]
          Lists the built-ins, or tells how the named ones are used.
        """, Run);

    private static BuiltinResult Run(BuiltinCall call)
    {
        // A prompt's line gives all names as one argument.
        string[] names = [.. call.Arguments.SelectMany(argument => argument.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Distinct()];
        if (names.FirstOrDefault(name => BuiltinTable.Find(name) is null) is { } unknown)
            return new(2, "", $"help: there is no built-in '{unknown}'; help lists them\n");
        return new(0, string.Concat(names.Length > 0
            ? names.Select(name => $"{BuiltinTable.Find(name)!.Manual}\n")
            : BuiltinTable.List.Select(builtin => $"{builtin.Name,-8}{builtin.Summary}\n")));
    }
}
