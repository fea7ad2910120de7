namespace RemoteShell.Server.Audit;

/// <summary>What was carried on one byte stream.</summary>
/// <param name="Bytes">The number of bytes.</param>
/// <param name="Digest">The digest of all of them, such as <c>crc32c:1a2b3c4d</c>; null: it is not known.</param>
public sealed record AuditStream(long Bytes, string? Digest = null);
