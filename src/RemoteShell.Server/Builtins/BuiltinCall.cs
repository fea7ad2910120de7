namespace RemoteShell.Server.Builtins;

/// <summary>The input of a built-in.</summary>
/// <param name="Arguments">The words behind the name; from the line of a prompt, the rest of the line as one.</param>
/// <param name="Visitors">Lists the connected users.</param>
internal sealed record BuiltinCall(IReadOnlyList<string> Arguments, Func<IEnumerable<ConnectedUser>> Visitors);
