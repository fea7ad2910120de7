namespace RemoteShell.Protocol.Recordings;

/// <summary>What a server has recorded.</summary>
/// <param name="Job">The id of the job.</param>
/// <param name="Kind"><c>tty</c>: a terminal; <c>exec</c>: the output of a command.</param>
/// <param name="Key">The fingerprint of the client's key.</param>
/// <param name="Name">The name of the key; null: it has none, or it is not known.</param>
public sealed record AsciicastSource(string Job, string Kind, string Key, string? Name);
