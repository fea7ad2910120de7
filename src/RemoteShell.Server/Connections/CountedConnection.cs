using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Peers;

namespace RemoteShell.Server.Connections;

/// <summary>A connection that counts against the server's limits until it is disposed.</summary>
/// <param name="limiter">Counts the connections.</param>
/// <param name="peer">Who is at the other end.</param>
/// <param name="overLimit">The limit that the connection exceeds, for people; null if there is none.</param>
internal sealed class CountedConnection(ConnectionLimiter limiter, Peer peer, string? overLimit) : IDisposable
{
    private PublicKey? _countedKey;

    public Peer Peer => peer;

    /// <summary>The limit that the connection exceeds, for its refusal after the handshake; null if there is none.</summary>
    public string? OverLimit => overLimit;

    /// <summary>Counts a tunnel with its key, which is authorized. A connection from an address counts already.</summary>
    /// <returns>The limit that the key exceeds, for people; null if there is none.</returns>
    public string? Authorize(PublicKey key)
    {
        if (peer.EndPoint is not null)
            return null;
        string? limit = limiter.TryCount(key);
        _countedKey = limit is null ? key : null;
        return limit;
    }

    public void Dispose()
    {
        if (peer.EndPoint is { } from)
            limiter.Leave(from.Address);
        else if (_countedKey is { } key)
            limiter.Leave(key);
    }
}
