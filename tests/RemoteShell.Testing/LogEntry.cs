namespace RemoteShell.Testing;

/// <summary>One entry that a server has logged.</summary>
/// <param name="Message">The rendered message.</param>
/// <param name="Properties">The properties of the message's template and of its scopes.</param>
public sealed record LogEntry(string Message, IReadOnlyList<KeyValuePair<string, object?>> Properties);
