using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RemoteShell.Server.Native;

/// <summary>The C library's calls that make a pseudo-terminal.</summary>
internal static partial class TerminalCalls
{
    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    public static partial SafeFileHandle OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    public static partial int Unlock(SafeFileHandle master);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    public static partial int GetName(SafeFileHandle master, Span<byte> name, nint size);
}
