using System.Net.Sockets;
using RemoteShell.Protocol.Files;

namespace RemoteShell.Protocol.Transport;

/// <summary>Listens on unix sockets that only this user can connect to.</summary>
public static class UnixListener
{
    /// <summary>Listens at a path. Replaces a socket on which no process listens, such as that of a killed program.</summary>
    /// <param name="path">The path; another file there is kept.</param>
    /// <param name="backlog">How many connections wait until they are accepted.</param>
    /// <returns>The socket, which the caller disposes. The caller deletes the path too.</returns>
    /// <exception cref="SocketException">A program listens there, or another file is there.</exception>
    /// <exception cref="IOException">The mode cannot be set.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for lack of permission.</exception>
    /// <exception cref="ArgumentException">The path is too long for a socket: it has at most about 100 bytes.</exception>
    public static Socket Listen(string path, int backlog)
    {
        var address = new UnixDomainSocketEndPoint(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            Bind(socket, address, path);
            // No program can connect before the socket listens, so its first mode does not matter.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Bind(Socket socket, UnixDomainSocketEndPoint address, string path)
    {
        try
        {
            socket.Bind(address);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && IsStale(address, path))
        {
            File.Delete(path);
            socket.Bind(address);
        }
    }

    // To connect to a file of another kind is refused too.
    private static bool IsStale(UnixDomainSocketEndPoint address, string path)
    {
        if (!FileKind.IsSocket(path))
            return false;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(address);
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }
}
