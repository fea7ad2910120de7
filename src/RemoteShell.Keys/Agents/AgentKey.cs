namespace RemoteShell.Keys;

/// <summary>A key that an ssh-agent holds.</summary>
/// <param name="Blob">The key, or its certificate, as OpenSSH encodes it.</param>
/// <param name="Comment">The text behind it, often the file that it came from.</param>
public sealed record AgentKey(ReadOnlyMemory<byte> Blob, string Comment);
