using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RemoteShell.Testing;

/// <summary>TCP ports on which a server can listen again after a restart.</summary>
/// <remarks>
/// The system picks the port of an outgoing connection, and port 0 of a listener, from 32768 on (Linux) or 49152 on (others). Such a port
/// may be taken by another test while its server is stopped. These ports are below.
/// </remarks>
public static class FreePort
{
    private const int First = 10_000, Count = 20_000;

    private static readonly ConcurrentDictionary<int, bool> Taken = new();

    /// <summary>Returns a port of the loopback address that nobody uses, and that this process has not returned before.</summary>
    public static int Take()
    {
        for (int tries = 0; tries < Count; tries++)
        {
            int port = First + Random.Shared.Next(Count);
            if (Taken.TryAdd(port, true) && IsFree(port))
                return port;
        }

        throw new InvalidOperationException("no port is free");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
