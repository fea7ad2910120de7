using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Jobs.Output;

/// <summary>Frees the disk blocks at a file's beginning without moving what follows: the offsets stay the same. Linux only.</summary>
internal static class HolePunching
{
    /// <summary>Frees the bytes; false if the file system cannot.</summary>
    public static bool TryPunch(SafeFileHandle file, long from, long count)
        => OperatingSystem.IsLinux() && FileCalls.Allocate(file, FileCalls.PunchHole, from, count) == 0;

    /// <summary>The offset of the first byte that was not freed, to the size of a block; 0 if the file system does not tell.</summary>
    public static long FirstData(SafeFileHandle file, long length)
    {
        if (!OperatingSystem.IsLinux() || length == 0)
            return 0;
        long at = FileCalls.Seek(file, 0, FileCalls.SeekData);
        if (at >= 0)
            return Math.Min(at, length);
        // With ENXIO the file has no data at all.
        return Marshal.GetLastPInvokeError() == FileCalls.NoSuchAddress ? length : 0;
    }
}
