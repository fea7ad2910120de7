namespace RemoteShell.Client;

/// <summary>The range of a job's log that was read.</summary>
/// <param name="From">The offset of the first byte.</param>
/// <param name="To">The offset after the last byte.</param>
/// <param name="Digest">The digest of the bytes between.</param>
public sealed record LogRange(long From, long To, string Digest);
