using System.Runtime.InteropServices;

namespace RemoteShell.Cli.Client.Native;

/// <summary>The calls of the C library that this program makes, each under its POSIX name; not on Windows.</summary>
internal static partial class LibC
{
    public const int StandardInput = 0;
    public const int StandardOutput = 1;
    public const int StandardError = 2;

    /// <summary><c>POLLIN</c>.</summary>
    public const short PollIn = 1;

    /// <summary><c>POLLOUT</c>.</summary>
    public const short PollOut = 4;

    /// <summary><c>EINTR</c>: a signal came during the call.</summary>
    public const int Interrupted = 4;

    /// <summary><c>EPIPE</c>: the reader of the pipe is gone.</summary>
    public const int BrokenPipe = 32;

    /// <summary><c>EAGAIN</c>: the descriptor is non-blocking, and the call would block.</summary>
    public static readonly int TryAgain = OperatingSystem.IsMacOS() ? 35 : 11;

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, Span<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ReadOnlySpan<byte> buffer, nint count);

    /// <summary>Waits until a descriptor is ready.</summary>
    /// <param name="requests">The descriptors; the call sets their <see cref="PollRequest.Results"/>.</param>
    /// <param name="count">The number of descriptors.</param>
    /// <param name="timeout">In milliseconds; -1 waits without a limit.</param>
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(Span<PollRequest> requests, nuint count, int timeout);

    /// <summary>ioctl(2) with a pointer as its argument.</summary>
    public static int Ioctl(int descriptor, nuint request, Span<ushort> size)
        => OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? IoctlOnStack(descriptor, request, 0, 0, 0, 0, 0, 0, size)
            : IoctlInRegisters(descriptor, request, size);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int IoctlInRegisters(int descriptor, nuint request, Span<ushort> size);

    // ioctl has variable arguments. Apple silicon passes these on the stack, where a ninth argument comes too: eight fill the registers.
    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int IoctlOnStack(
        int descriptor, nuint request, nint c, nint d, nint e, nint f, nint g, nint h, Span<ushort> size);

    /// <summary>Makes a session of its own, without a terminal.</summary>
    [LibraryImport("libc", EntryPoint = "setsid")]
    public static partial int SetSid();

    [LibraryImport("libc", EntryPoint = "isatty")]
    public static partial int IsATty(int descriptor);

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    public static partial int TcGetAttr(int descriptor, Span<byte> modes);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    public static partial int TcSetAttr(int descriptor, int when, ReadOnlySpan<byte> modes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void CfMakeRaw(Span<byte> modes);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    public static partial int TcGetPgrp(int descriptor);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    public static partial int GetPgrp();

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int pid, int signal);
}
