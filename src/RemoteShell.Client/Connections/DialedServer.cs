using RemoteShell.Client.Keys;
using RemoteShell.Client.Trust;

namespace RemoteShell.Client.Connections;

/// <summary>A secure stream to the server, or to a process that keeps one.</summary>
/// <param name="Stream">The stream. The owner disposes it.</param>
/// <param name="Offer">Which key stands behind this client's own, for the <c>hello</c>; null: none.</param>
/// <param name="Follower">Learns the server's next key; null: nothing does.</param>
internal sealed record DialedServer(Stream Stream, KeyOffer? Offer, HostKeyFollower? Follower = null);
