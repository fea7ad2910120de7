using RemoteShell.Client.Keys;
using RemoteShell.Client.Trust;

namespace RemoteShell.Client.Connections;

/// <summary>A secure stream to the server, or to a process that keeps one.</summary>
/// <param name="Stream">The stream. The owner disposes it.</param>
/// <param name="Offer">What the <c>hello</c> says of keys of ssh; null: nothing.</param>
/// <param name="Follower">Learns the server's next key; null: nothing does.</param>
internal sealed record DialedServer(Stream Stream, KeyOffer? Offer, HostKeyFollower? Follower = null);
