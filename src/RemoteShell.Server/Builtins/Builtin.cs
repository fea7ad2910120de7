namespace RemoteShell.Server.Builtins;

/// <summary>One of the server's own commands. It is quick, touches nothing, and needs no process.</summary>
/// <param name="Name">What it is called by.</param>
/// <param name="Summary">What it does, in a line.</param>
/// <param name="Run">Arguments → what it writes and its exit status.</param>
internal sealed record Builtin(string Name, string Summary, Func<IReadOnlyList<string>, BuiltinResult> Run);

/// <summary>What a built-in wrote, and its exit status.</summary>
internal sealed record BuiltinResult(int Code, string Output, string Error = "");
