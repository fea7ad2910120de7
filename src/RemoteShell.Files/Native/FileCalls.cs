using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RemoteShell.Files.Native;

/// <summary>The C library's calls on files, on Linux. Names are bytes with a NUL at the end. Each call returns -1 on failure.</summary>
internal static partial class FileCalls
{
    private const int OpenAt2Number = 437;

    /// <summary>AT_FDCWD: relative paths begin at the process's folder.</summary>
    public static readonly SafeFileHandle CurrentFolder = new(-100, ownsHandle: false);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    public static partial SafeFileHandle OpenAt(SafeFileHandle folder, ReadOnlySpan<byte> path, int flags, uint mode);

    /// <summary>openat2(2), by its number, because not every C library has a function for it.</summary>
    public static unsafe SafeFileHandle OpenAt2(SafeFileHandle folder, ReadOnlySpan<byte> path, int flags, ulong resolve)
    {
        // struct open_how: flags, mode, resolve.
        ulong* how = stackalloc ulong[3];
        how[0] = (uint)flags;
        how[1] = 0;
        how[2] = resolve;
        return new(OpenAt2(OpenAt2Number, folder, path, how, 3 * sizeof(ulong)), ownsHandle: true);
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static unsafe partial nint OpenAt2(nint number, SafeFileHandle folder, ReadOnlySpan<byte> path, ulong* how, nint size);

    /// <summary>getdents64(2), by its number, for the same reason.</summary>
    public static nint ReadEntries(SafeFileHandle folder, Span<byte> buffer)
        => ReadEntries(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 61 : 217, folder, buffer, buffer.Length);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint ReadEntries(nint number, SafeFileHandle folder, Span<byte> buffer, nint size);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static partial int Stat(SafeFileHandle folder, ReadOnlySpan<byte> path, int flags, uint mask, Span<byte> answer);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int MakeFolder(SafeFileHandle folder, ReadOnlySpan<byte> name, uint mode);

    [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    public static partial int MakeLink(ReadOnlySpan<byte> target, SafeFileHandle folder, ReadOnlySpan<byte> name);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLink(SafeFileHandle folder, ReadOnlySpan<byte> name, Span<byte> target, nint size);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
    public static partial int MakeHardLink(
        SafeFileHandle from, ReadOnlySpan<byte> existing, SafeFileHandle folder, ReadOnlySpan<byte> name, int flags);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true)]
    public static partial int Rename(SafeFileHandle from, ReadOnlySpan<byte> name, SafeFileHandle folder, ReadOnlySpan<byte> to);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int Remove(SafeFileHandle folder, ReadOnlySpan<byte> name, int flags);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true)]
    public static partial int SetMode(ReadOnlySpan<byte> path, uint mode);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int SetMode(SafeFileHandle file, uint mode);

    [LibraryImport("libc", EntryPoint = "fchownat", SetLastError = true)]
    public static partial int SetOwner(SafeFileHandle folder, ReadOnlySpan<byte> name, uint user, uint group, int flags);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    public static partial int SetOwner(SafeFileHandle file, uint user, uint group);

    /// <summary>utimensat(2); the times are the seconds and nanoseconds of the last access and of the last modification.</summary>
    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true)]
    public static partial int SetTimes(SafeFileHandle folder, ReadOnlySpan<byte> name, ReadOnlySpan<long> times, int flags);

    [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
    public static partial int SetTimes(SafeFileHandle file, ReadOnlySpan<long> times);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint Read(SafeFileHandle file, Span<byte> buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int SetLength(SafeFileHandle file, long length);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Flush(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int FlushData(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint User();

    /// <summary>getgroups(2): the supplementary groups; with size 0 their number.</summary>
    [LibraryImport("libc", EntryPoint = "getgroups", SetLastError = true)]
    public static partial int Groups(int size, Span<uint> groups);

    [LibraryImport("libc", EntryPoint = "getegid")]
    public static partial uint Group();

    [LibraryImport("libc", EntryPoint = "getpwnam_r")]
    public static partial int FindUser(ReadOnlySpan<byte> name, Span<nint> answer, Span<byte> buffer, nint size, out nint found);

    [LibraryImport("libc", EntryPoint = "listxattr", SetLastError = true)]
    public static partial nint ListAttributes(ReadOnlySpan<byte> path, Span<byte> names, nint size);

    [LibraryImport("libc", EntryPoint = "getxattr", SetLastError = true)]
    public static partial nint ReadAttribute(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, Span<byte> value, nint size);

    [LibraryImport("libc", EntryPoint = "removexattr", SetLastError = true)]
    public static partial int RemoveAttribute(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name);

    [LibraryImport("libc", EntryPoint = "setxattr", SetLastError = true)]
    public static partial int WriteAttribute(
        ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, nint size, int flags);
}
