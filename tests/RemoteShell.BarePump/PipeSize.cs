using System.Runtime.InteropServices;

namespace RemoteShell.BarePump;

/// <summary>Makes a pipe as large as RemoteShell makes those of commands.</summary>
internal static partial class PipeSize
{
    private const int OneMebibyte = 1024 * 1024;

    // F_SETPIPE_SZ of fcntl(2).
    private const int SetPipeSize = 1031;

    /// <summary>Enlarges the pipe to 1 MiB on Linux. A descriptor that is no pipe stays as it is.</summary>
    public static void Enlarge(SafeHandle pipe)
    {
        if (OperatingSystem.IsLinux())
            _ = Control((int)pipe.DangerousGetHandle(), SetPipeSize, OneMebibyte);
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, nint value);
}
