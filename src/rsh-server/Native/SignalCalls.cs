using System.Runtime.InteropServices;

namespace RemoteShell.Cli.Server.Native;

/// <summary>The C library's calls on signals.</summary>
internal static partial class SignalCalls
{
    /// <summary>The argument <c>how</c> that replaces the mask: SIG_SETMASK.</summary>
    public static readonly int Replace = OperatingSystem.IsMacOS() ? 3 : 2;

    /// <summary>Changes which signals the calling thread blocks.</summary>
    [LibraryImport("libc", EntryPoint = "sigprocmask")]
    public static partial int SetMask(int how, ReadOnlySpan<byte> signals, nint before);
}
