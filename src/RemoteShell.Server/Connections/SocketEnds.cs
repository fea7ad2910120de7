using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RemoteShell.Server.Peers;
using RemoteShell.Server.Processes;

namespace RemoteShell.Server.Connections;

/// <summary>Finds who is at the other end of an accepted socket.</summary>
/// <param name="log">Receives who may not connect to a unix socket.</param>
internal sealed class SocketEnds(ILogger log)
{
    private long _lastTunnel;
    private long _lastConnection;

    /// <summary>Returns the ends of a connection. A connection to a unix socket is a tunnel.</summary>
    /// <returns>Null if the peer has left already, or may not connect here.</returns>
    public ConnectionEnds? Of(Socket socket)
    {
        try
        {
            if (socket.AddressFamily == AddressFamily.Unix)
                return OfTunnel(socket);
            socket.NoDelay = true;
            return socket is { RemoteEndPoint: IPEndPoint client, LocalEndPoint: IPEndPoint server }
                ? new(Peer.At(client, NextConnection()), server)
                : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private long NextConnection() => Interlocked.Increment(ref _lastConnection);

    // The mode of the socket keeps other users out too, unless somebody changes it.
    private ConnectionEnds? OfTunnel(Socket socket)
    {
        if (SocketUser.IsTrusted(socket, out uint user))
            return new(Peer.Tunnel(Interlocked.Increment(ref _lastTunnel), NextConnection()), null);
        log.LogWarning("closed a connection of user {User} to {Path}: it is for root and the server's user", user, socket.LocalEndPoint);
        return null;
    }
}
