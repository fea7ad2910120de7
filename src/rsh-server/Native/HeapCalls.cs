using System.Runtime.InteropServices;

namespace RemoteShell.Cli.Server.Native;

/// <summary>The heap of the C library, which OpenSSL uses.</summary>
internal static partial class HeapCalls
{
    // M_ARENA_MAX of mallopt(3).
    private const int MaxArenas = -8;

    /// <summary>
    /// Lets threads share arenas, one for each processor and at least two: glibc makes eight for each, and each keeps what is free in it.
    /// </summary>
    /// <remarks>Must be called before other threads allocate. Does nothing where the C library is another one.</remarks>
    public static void ShareArenas()
    {
        try
        {
            if (OperatingSystem.IsLinux())
                _ = SetOption(MaxArenas, Math.Max(Environment.ProcessorCount, 2));
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no arenas.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
