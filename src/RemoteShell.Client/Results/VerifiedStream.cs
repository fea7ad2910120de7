namespace RemoteShell.Client;

/// <summary>The size and digest of an output stream.</summary>
/// <param name="Bytes">Bytes from the beginning of the stream.</param>
/// <param name="Digest">The digest of these bytes: <c>crc32c:</c> or <c>sha256:</c>, and lower-case hex digits.</param>
public sealed record VerifiedStream(long Bytes, string Digest);
