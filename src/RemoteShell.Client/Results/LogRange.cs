namespace RemoteShell.Client;

/// <summary>What was read of a job's log.</summary>
/// <param name="From">The first byte's offset.</param>
/// <param name="To">The offset behind the last byte.</param>
/// <param name="Digest">Of the bytes between.</param>
public sealed record LogRange(long From, long To, string Digest);
