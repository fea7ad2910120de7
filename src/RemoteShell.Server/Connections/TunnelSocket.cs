using System.Net.Sockets;
using RemoteShell.Protocol;
using RemoteShell.Protocol.Files;
using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Connections;

/// <summary>Makes the unix sockets on which a program of this machine passes tunnels to the server.</summary>
internal static class TunnelSocket
{
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const string AnotherPath = "choose another path with --listen unix:PATH";

    /// <summary>The path as people write it.</summary>
    public static string NameOf(string path) => $"unix:{path}";

    /// <summary>Listens at a path, for this user and root only. Replaces a socket on which no process listens.</summary>
    /// <returns>The socket. The caller disposes it, which deletes the path.</returns>
    /// <exception cref="RemoteShellException">The socket cannot be made.</exception>
    public static Socket Listen(string path, int backlog)
    {
        if (FindFault(path) is { } fault)
            throw fault;
        try
        {
            return UnixListener.Listen(path, backlog);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw CannotListen(path, "another program listens there", AnotherPath);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            throw CannotListen(path, e.Message, AnotherPath);
        }
    }

    /// <summary>Returns why no server can listen at the path; null if one can. A program that listens there is not a fault.</summary>
    public static RemoteShellException? FindFault(string path)
    {
        if (!Path.IsPathFullyQualified(path))
            return CannotListen(path, "it is not a full path", "write the full path, such as unix:/run/rsh-server/tunnels");
        if (!IsShortEnough(path))
            return CannotListen(path, "the path is too long for a socket", "choose a path of at most 100 bytes with --listen unix:PATH");
        string folder = Path.GetDirectoryName(path) ?? path;
        if (!Directory.Exists(folder))
            return CannotListen(path, $"there is no folder {folder}", $"make it with: mkdir -m 700 '{folder}'");
        if (OperatingSystem.IsWindows())
            return null;
        UnixFileMode mode = File.GetUnixFileMode(folder);
        if ((mode & OthersWrite) != 0 && !mode.HasFlag(UnixFileMode.StickyBit))
        {
            string text = $"others can write to the folder {folder} (mode {Convert.ToString((int)mode, 8)})";
            return CannotListen(path, text, $"chmod go-w '{folder}'");
        }

        if (Directory.Exists(path) || File.Exists(path) && OperatingSystem.IsLinux() && !FileKind.IsSocket(path))
            return CannotListen(path, "another file is there", AnotherPath);
        return FileCalls.Access(folder, FileCalls.MayWrite | FileCalls.MayExecute) != 0
            ? CannotListen(path, $"this user may not write to the folder {folder}", AnotherPath)
            : null;
    }

    private static bool IsShortEnough(string path)
    {
        try
        {
            _ = new UnixDomainSocketEndPoint(path);
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    private static RemoteShellException CannotListen(string path, string reason, string hint)
        => new($"cannot listen on {NameOf(path)}: {reason}") { Hint = hint };
}
