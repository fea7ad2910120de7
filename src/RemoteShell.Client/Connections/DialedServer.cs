using RemoteShell.Client.Keys;

namespace RemoteShell.Client.Connections;

/// <summary>A secure stream to the server, or to a process that keeps one.</summary>
/// <param name="Stream">The stream. The owner disposes it.</param>
/// <param name="Offer">Which key stands behind this client's own, for the <c>hello</c>; null: none.</param>
internal sealed record DialedServer(Stream Stream, KeyOffer? Offer);
