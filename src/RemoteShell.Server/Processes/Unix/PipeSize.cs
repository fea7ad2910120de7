using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Makes a pipe as large as the system lets a user: at its default of 64 KiB the pipe is the slowest part of the way, at 1 MiB it moves four times as much.</summary>
internal static partial class PipeSize
{
    // <linux/fcntl.h>
    private const int SetPipeSize = 1031;
    private const int OneMebibyte = 1024 * 1024;

    /// <summary>Tries; where the system says no the pipe works as it is.</summary>
    public static void Enlarge(Stream pipe)
    {
        if (OperatingSystem.IsLinux() && pipe is PipeStream stream)
            _ = Control(stream.SafePipeHandle, SetPipeSize, OneMebibyte);
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafePipeHandle pipe, int command, nint argument);
}
