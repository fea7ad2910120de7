using RemoteShell.Protocol.Messages;

namespace RemoteShell.Client.Connections;

/// <summary>A secure stream to the server, or to a process that keeps one.</summary>
/// <param name="Stream">The stream. The owner disposes it.</param>
/// <param name="Proof">Which key stands behind this client's own, for the <c>hello</c>; null: none.</param>
internal sealed record DialedServer(Stream Stream, HelloProof? Proof);
