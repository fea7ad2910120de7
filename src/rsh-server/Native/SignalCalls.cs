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

    /// <summary>Asks what a signal does: <paramref name="current"/> begins with the handler; 0 is the default, 1 ignores it.</summary>
    [LibraryImport("libc", EntryPoint = "sigaction")]
    public static partial int GetAction(int signal, nint replacement, Span<nint> current);

    /// <summary>Sets what a signal does; 0 is the default.</summary>
    [LibraryImport("libc", EntryPoint = "signal")]
    public static partial nint SetHandler(int signal, nint handler);
}
