using System.Net;
using System.Net.Sockets;

namespace RemoteShell.Testing;

/// <summary>TCP ports on which a server can listen again after a restart.</summary>
/// <remarks>
/// The system picks the port of an outgoing connection, and port 0 of a listener, from 32768 on (Linux) or 49152 on (others). Such a port
/// may be taken by another test while its server is stopped. These ports are below. Each process of tests has ports of its own, so that
/// another process does not even try one.
/// </remarks>
public static class FreePort
{
    private const int First = 10_000, PortsOfRange = 500, Ranges = 40;

    private static readonly Lock Gate = new();

    // Guarded by Gate. The locks of the ranges that this process has; the system releases them when it ends.
    private static readonly List<FileStream> Locks = [];
    private static int _next, _end;

    /// <summary>Returns a port of the loopback address that nobody uses, and that this process has not returned before.</summary>
    public static int Take()
    {
        lock (Gate)
        {
            while (true)
            {
                if (_next == _end)
                    TakeRange();
                int port = _next++;
                if (IsFree(port))
                    return port;
            }
        }
    }

    private static void TakeRange()
    {
        for (int tries = 0; tries < Ranges; tries++)
        {
            int range = (Environment.ProcessId + tries) % Ranges;
            try
            {
                string path = Path.Combine(Path.GetTempPath(), $"rsh-test-ports-{range}");
                Locks.Add(new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
                _next = First + (range * PortsOfRange);
                _end = _next + PortsOfRange;
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another process has this range.
            }
        }

        throw new InvalidOperationException("no range of ports is free");
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
