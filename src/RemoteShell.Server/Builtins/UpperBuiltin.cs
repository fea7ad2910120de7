namespace RemoteShell.Server.Builtins;

/// <summary>Says its arguments in upper case.</summary>
internal static class UpperBuiltin
{
    public static Builtin Builtin { get; } = new("upper", "says a text in upper case: upper hello", """
        upper TEXT…
          Prints the text in upper case, in every alphabet that has it; what is no letter stays as it is.
        """, Run);

    private static BuiltinResult Run(BuiltinCall call)
        => call.Arguments.Count == 0 ? new(2, "", "upper: there is no text; write it behind: upper hello\n") : new(0, $"{string.Join(' ', call.Arguments).ToUpperInvariant()}\n");
}
