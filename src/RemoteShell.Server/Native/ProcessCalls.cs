using System.Runtime.InteropServices;

namespace RemoteShell.Server.Native;

/// <summary>The C library's calls on processes, process groups and signals.</summary>
internal static partial class ProcessCalls
{
    /// <summary>Signals a process; a negative number names a process group.</summary>
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint GetUser();

    /// <summary>getpeereid(3), not on Linux: reads the user and group at the other end of a unix socket. Returns 0, or -1.</summary>
    [LibraryImport("libc", EntryPoint = "getpeereid", SetLastError = true)]
    public static partial int GetPeerUser(SafeHandle socket, out uint user, out uint group);

    [LibraryImport("libc", EntryPoint = "getpgid")]
    public static partial int GetGroup(int pid);

    /// <summary>Makes a system call by its number, for those that the C library has no function for.</summary>
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d, nint e);

    /// <summary>Reads how this process handles a signal, where <paramref name="replacement"/> is 0.</summary>
    [LibraryImport("libc", EntryPoint = "sigaction")]
    public static partial int SignalAction(int signal, nint replacement, Span<nint> current);

    [LibraryImport("libc", EntryPoint = "signal")]
    public static partial nint SetHandler(int signal, nint handler);

    /// <summary>Blocks the thread for less than a millisecond. Does nothing on Windows, which has no such short wait.</summary>
    public static void Pause(int microseconds)
    {
        if (!OperatingSystem.IsWindows())
            _ = Sleep((uint)microseconds);
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint microseconds);
}
