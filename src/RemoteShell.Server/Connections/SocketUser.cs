using System.Net.Sockets;
using System.Runtime.InteropServices;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Connections;

/// <summary>Tells which user connected to a unix socket.</summary>
internal static class SocketUser
{
    private const uint Root = 0;

    // <asm/socket.h>
    private const int SocketLevel = 1;

    // struct ucred: process, user and group, of 4 bytes each.
    private const int CredentialsSize = 12, UserOffset = 4;

    private static int PeerCredentials => RuntimeInformation.ProcessArchitecture == Architecture.Ppc64le ? 21 : 17;

    /// <summary>Whether the user is this process's user or root.</summary>
    /// <remarks>On a system that does not tell the user, the mode of the socket is the only bound.</remarks>
    /// <param name="socket">An accepted socket.</param>
    /// <param name="user">The user's number; 0 where the system does not tell it.</param>
    /// <exception cref="SocketException">The system cannot tell it of this socket.</exception>
    public static bool IsTrusted(Socket socket, out uint user)
    {
        user = UserOf(socket) ?? Root;
        return user == Root || user == ProcessCalls.GetUser();
    }

    private static uint? UserOf(Socket socket)
    {
        if (OperatingSystem.IsLinux())
        {
            Span<byte> credentials = stackalloc byte[CredentialsSize];
            socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
            return MemoryMarshal.Read<uint>(credentials[UserOffset..]);
        }

        if (!OperatingSystem.IsMacOS() && !OperatingSystem.IsFreeBSD())
            return null;
        return ProcessCalls.GetPeerUser(socket.SafeHandle, out uint user, out _) == 0 ? user : throw new SocketException();
    }
}
