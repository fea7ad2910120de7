using System.Runtime.InteropServices;

namespace RemoteShell.Protocol.Native;

/// <summary>The functions of the C library that this project calls. Each is declared here once.</summary>
internal static partial class LibC
{
    /// <summary>statx(2), Linux only: reads the metadata of a file into 256 bytes.</summary>
    /// <returns>0, or -1 on failure.</returns>
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> answer);

    /// <summary>chown(2): sets the owner and the group of a file.</summary>
    /// <returns>0, or -1 on failure.</returns>
    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ChangeOwner(string path, uint user, uint group);

    /// <summary>link(2): makes a hard link. It fails if <paramref name="path"/> exists.</summary>
    /// <returns>0, or -1 on failure.</returns>
    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Link(string existing, string path);

    /// <summary>open(2) without a mode, so that no argument is variable.</summary>
    /// <returns>A descriptor, or -1 on failure.</returns>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    /// <summary>close(2).</summary>
    /// <returns>0, or -1 on failure.</returns>
    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    /// <summary>flock(2): locks an open file or folder against other programs that lock it.</summary>
    /// <returns>0, or -1 on failure.</returns>
    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    internal static partial int Lock(int descriptor, int operation);

    /// <summary>setenv(3): sets a variable of the native environment, which <see cref="Environment"/> does not change.</summary>
    /// <returns>0, or -1 on failure.</returns>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetEnv(string name, string value, int overwrite);

    /// <summary>unsetenv(3): removes a variable of the native environment.</summary>
    /// <returns>0, or -1 on failure.</returns>
    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int UnsetEnv(string name);
}
