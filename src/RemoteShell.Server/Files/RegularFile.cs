using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Protocol.Files;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Files;

/// <summary>Opens regular files that others have named or made, for reading. Does not wait for the writer of a named pipe.</summary>
internal static class RegularFile
{
    // <fcntl.h>: O_RDONLY | O_NONBLOCK | O_CLOEXEC
    private static readonly int ReadNonBlocking = OperatingSystem.IsMacOS() ? 0x0004 | 0x1000000 : 0x800 | 0x80000;

    /// <summary>Opens a file; the caller disposes the handle.</summary>
    /// <exception cref="UnauthorizedAccessException">The file cannot be opened.</exception>
    /// <exception cref="IOException">The path is not a regular file.</exception>
    public static SafeFileHandle Open(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            const FileOptions Options = FileOptions.Asynchronous | FileOptions.SequentialScan;
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, Options);
        }

        SafeFileHandle file = FileCalls.Open(path, ReadNonBlocking);
        if (file.IsInvalid)
            throw new UnauthorizedAccessException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        if (FileKind.IsRegular(file))
            return file;
        file.Dispose();
        throw new IOException("is not a regular file");
    }
}
