using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RemoteShell.Server.Jobs.Output;

/// <summary>Gives back the room of a file's beginning without moving what follows: its offsets stay what they are.</summary>
internal static partial class HolePunching
{
    // The 64-bit systems that .NET runs on have offsets of 64 bits in both calls.
    // <linux/falloc.h>: FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE
    private const int PunchHole = 1 | 2;

    // <unistd.h>
    private const int SeekData = 3;

    /// <summary>Frees the bytes; false where the file system cannot.</summary>
    public static bool TryPunch(SafeFileHandle file, long from, long count)
        => OperatingSystem.IsLinux() && Allocate(file, PunchHole, from, count) == 0;

    /// <summary>The first byte that was not freed, to the size of a block.</summary>
    public static long FirstData(SafeFileHandle file, long length)
    {
        if (!OperatingSystem.IsLinux() || length == 0)
            return 0;
        long at = Seek(file, 0, SeekData);
        // No data at all, or a file system that does not tell.
        return at >= 0 ? Math.Min(at, length) : Marshal.GetLastPInvokeError() == 6 ? length : 0;
    }

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);
}
