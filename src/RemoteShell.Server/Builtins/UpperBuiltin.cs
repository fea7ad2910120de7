namespace RemoteShell.Server.Builtins;

/// <summary>Prints its arguments in upper case.</summary>
internal static class UpperBuiltin
{
    public static Builtin Builtin { get; } = new("upper", "converts text to upper case: upper hello", """
        upper TEXT…
          Prints the text in upper case, in every alphabet that has it. Other characters stay as they are.
        """, Run)
    {
        IsRepeatable = true,
    };

    private static BuiltinResult Run(BuiltinCall call)
    {
        if (call.Arguments.Count == 0)
            return new(2, "", "upper: the text is missing; example: upper hello\n");
        return new(0, $"{string.Join(' ', call.Arguments).ToUpperInvariant()}\n");
    }
}
