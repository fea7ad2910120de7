using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RemoteShell.Server.Native;

/// <summary>The C library's calls on files, pipes and descriptors. The numbers are Linux's, where a name does not say otherwise.</summary>
/// <remarks>
/// fcntl(2), ioctl(2) and open(2) have variable arguments, which Linux passes in registers like all others, and Apple silicon on the stack.
/// Calls that are made on macOS take account of that; the others are for Linux only.
/// </remarks>
internal static partial class FileCalls
{
    // <errno.h>
    public const int NoEntry = 2, Interrupted = 4, NoSuchAddress = 6, InputOutputError = 5, TryAgain = 11, NotAllowed = 13;

    // <unistd.h>: X_OK, W_OK. For a folder, X_OK asks whether the process may enter it.
    public const int MayExecute = 1, MayWrite = 2;

    // <fcntl.h>
    public const int WriteOnly = 1, ReadWrite = 2, NoControllingTerminal = 0x100, NonBlocking = 0x800, CloseOnExec = 0x80000;

    // Commands of fcntl(2): F_DUPFD_CLOEXEC, F_SETPIPE_SZ.
    public const int DuplicateCloseOnExec = 1030, SetPipeSize = 1031;

    // Requests of ioctl(2): TIOCSWINSZ, PIDFD_GET_INFO.
    public const uint SetWindowSize = 0x5414, GetPidFdInfo = 0xC040FF0B;

    // lseek(2): SEEK_DATA. fallocate(2): FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE.
    public const int SeekData = 3, PunchHole = 1 | 2;

    /// <summary>FIONREAD of <c>ioctl(2)</c>, on Linux and macOS: how many bytes can be read at once.</summary>
    public static readonly nuint BytesReadable = OperatingSystem.IsMacOS() ? 0x4004667Fu : 0x541Bu;

    /// <summary>FIOCLEX of <c>ioctl(2)</c>, on Linux and macOS: sets close-on-exec, and has no further argument.</summary>
    public static readonly nuint CloseOnExecRequest = OperatingSystem.IsMacOS() ? 0x20006601u : 0x5451u;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);

    /// <summary>Asks whether this process may use a path. Returns 0, or -1.</summary>
    /// <param name="path">The path.</param>
    /// <param name="mode"><see cref="MayExecute"/>, <see cref="MayWrite"/>, or both.</param>
    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    /// <summary>AT_FDCWD of <c>statx(2)</c>.</summary>
    public const int CurrentFolder = -100;

    /// <summary>statx(2), Linux only: reads the metadata of a file into 256 bytes. Returns 0, or -1.</summary>
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Stat(int folder, string path, int flags, uint mask, Span<byte> answer);

    /// <summary>The permission bits of a file that only its owner may use.</summary>
    public const uint OwnerOnly = 0x180;

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int MakePipe(Span<int> ends, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle file, Span<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle file, ReadOnlySpan<byte> buffer, nint count);

    // The 64-bit systems that .NET runs on have offsets of 64 bits in lseek and fallocate.
    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FileControl(SafeHandle file, int command, nint argument);

    /// <summary>ioctl(2) that answers with a number, such as <see cref="BytesReadable"/>; also on macOS.</summary>
    public static int DeviceControl(SafeHandle file, nuint request, out int answer)
        => OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? DeviceControlOnStack(file, request, 0, 0, 0, 0, 0, 0, out answer)
            : DeviceControlInRegisters(file, request, out answer);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int DeviceControl(SafeHandle file, nuint request, Span<ushort> value);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int DeviceControl(int descriptor, nuint request, Span<ulong> answer);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int DeviceControlInRegisters(SafeHandle file, nuint request, out int answer);

    // Eight arguments fill the registers, so the ninth is on the stack, where Apple silicon expects the first variable argument.
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int DeviceControlOnStack(
        SafeHandle file, nuint request, nint c, nint d, nint e, nint f, nint g, nint h, out int answer);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int DeviceControl(int descriptor, nuint request);

    /// <summary>Reads an extended attribute, on Linux; returns its length, or -1.</summary>
    [LibraryImport("libc", EntryPoint = "getxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint GetAttribute(string path, string name, Span<byte> value, nint size);

    /// <summary>Whether no process has the other end of a pipe or terminal open any more (POLLHUP).</summary>
    public static bool IsHungUp(SafeHandle file)
    {
        const short hungUp = 0x10;
        bool isHeld = false;
        try
        {
            file.DangerousAddRef(ref isHeld);
            var request = new PollRequest((int)file.DangerousGetHandle());
            return Poll(ref request, 1, 0) == 1 && (request.Answer & hungUp) != 0;
        }
        finally
        {
            if (isHeld)
                file.DangerousRelease();
        }
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollRequest request, nuint count, int timeout);
}
