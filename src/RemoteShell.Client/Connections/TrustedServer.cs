using RemoteShell.Client.Trust;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Client.Connections;

/// <summary>A TLS stream to a server whose key is trusted.</summary>
/// <param name="Stream">The stream. The owner disposes it.</param>
/// <param name="Follower">Learns the server's next key; null if known_hosts does not name its present key.</param>
internal sealed record TrustedServer(SecureStream Stream, HostKeyFollower? Follower);
