namespace RemoteShell.Server.Builtins;

/// <summary>The result of a built-in.</summary>
/// <param name="Code">The exit status.</param>
/// <param name="Output">The text for standard output.</param>
/// <param name="Error">The text for standard error.</param>
internal sealed record BuiltinResult(int Code, string Output, string Error = "");
