namespace RemoteShell.Server.Builtins;

/// <summary>A command of the server itself. It is quick, changes nothing, and needs no process.</summary>
/// <param name="Name">The name, as a client writes it.</param>
/// <param name="Summary">What the built-in does, in a line.</param>
/// <param name="Manual">How to use the built-in, in lines for people.</param>
/// <param name="Run">Runs the built-in.</param>
internal sealed record Builtin(string Name, string Summary, string Manual, Func<BuiltinCall, BuiltinResult> Run)
{
    /// <summary>Whether the line of a prompt is for the built-in only without arguments. Default: no.</summary>
    /// <remarks>With arguments, the line is for the shell's command of that name.</remarks>
    public bool StandsAlone { get; init; }

    /// <summary>Whether the same arguments always have the same result. Default: no.</summary>
    public bool IsRepeatable { get; init; }
}
