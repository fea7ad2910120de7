using System.Runtime.InteropServices;

namespace RemoteShell.Keys.Native;

/// <summary>Calls of the C library.</summary>
internal static partial class LibC
{
    /// <summary>SIGTERM.</summary>
    public const int Terminate = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    internal static partial int Kill(int process, int signal);
}
