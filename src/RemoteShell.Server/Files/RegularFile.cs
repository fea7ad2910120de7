using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RemoteShell.Protocol.Files;

namespace RemoteShell.Server.Files;

/// <summary>Opens files for reading that somebody else named or made: never waits for a pipe's writer, and takes nothing but regular files.</summary>
internal static partial class RegularFile
{
    // <fcntl.h>: O_RDONLY | O_NONBLOCK | O_CLOEXEC
    private static readonly int ReadNonBlocking = OperatingSystem.IsMacOS() ? 0x0004 | 0x1000000 : 0x800 | 0x80000;

    /// <exception cref="UnauthorizedAccessException">It cannot be opened.</exception>
    /// <exception cref="IOException">It is no regular file.</exception>
    public static SafeFileHandle Open(string path)
    {
        if (OperatingSystem.IsWindows())
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous | FileOptions.SequentialScan);
        int descriptor = OpenFile(path, ReadNonBlocking);
        if (descriptor < 0)
            throw new UnauthorizedAccessException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        if (FileKind.IsRegular(file))
            return file;
        file.Dispose();
        throw new IOException("is not a regular file");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);
}
