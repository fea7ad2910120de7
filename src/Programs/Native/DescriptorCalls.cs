using System.Runtime.InteropServices;

namespace RemoteShell.Cli.Native;

/// <summary>The calls of the C library on descriptors that both programs make; not on Windows.</summary>
/// <remarks>
/// fcntl(2) and open(2) have variable arguments, which Apple silicon passes on the stack and Linux in registers. So on macOS these
/// declarations are right only without such an argument: F_GETFD, F_GETFL, and open without O_CREAT.
/// </remarks>
internal static partial class DescriptorCalls
{
    /// <summary><c>F_GETFD</c>, and its flag <c>FD_CLOEXEC</c>.</summary>
    public const int GetFlags = 1, CloseOnExec = 1;

    /// <summary><c>F_GETFL</c>, and the bits of the access mode in what it returns.</summary>
    public const int GetStatus = 3, AccessMode = 3;

    /// <summary><c>F_SETPIPE_SZ</c>, Linux only.</summary>
    public const int SetPipeSize = 1031;

    /// <summary><c>O_RDWR</c>.</summary>
    public const int ReadWrite = 2;

    /// <summary><c>O_APPEND</c>.</summary>
    public static int Append => OperatingSystem.IsMacOS() ? 0x8 : 0x400;

    [LibraryImport("libc", EntryPoint = "fcntl")]
    public static partial int Fcntl(int descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2")]
    public static partial int Duplicate(int descriptor, int wanted);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    /// <summary>isatty(3): 1 for a terminal, else 0.</summary>
    [LibraryImport("libc", EntryPoint = "isatty")]
    public static partial int IsTerminal(int descriptor);

    /// <summary>execv(3): replaces this program. Returns only on failure.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">Pointers to strings that end with 0; the last pointer is 0.</param>
    [LibraryImport("libc", EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Execute(string path, ReadOnlySpan<nint> arguments);
}
