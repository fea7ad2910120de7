using System.Runtime.InteropServices;

namespace RemoteShell.Server.Native;

/// <summary>The C library's calls of epoll(7), on Linux.</summary>
internal static partial class EpollCalls
{
    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int Control(int poll, int operation, int descriptor, Span<byte> request);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int Wait(int poll, byte[] events, int capacity, int timeout);
}
