using System.Runtime.InteropServices;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Gives commands the signals of a login, none of them ignored.</summary>
/// <remarks>
/// What a process ignores stays ignored in its children, whereas what it handles is reset. The framework ignores SIGPIPE,
/// without which <c>yes | head -1</c> complains and a loop that writes never ends; and a server that a script started in the
/// background, or under nohup, ignores SIGINT or SIGHUP. So the server handles those, by a function of the C library that
/// does nothing: for itself nothing changes, and writing to a closed pipe still fails with EPIPE.
/// </remarks>
internal static partial class SignalDefaults
{
    private const int Last = 31;
    private const int Ignored = 1;

    private static readonly Lazy<bool> Ready = new(Prepare);

    /// <summary>Sees to it, once.</summary>
    public static void LetCommandsHaveThem() => _ = Ready.Value;

    private static bool Prepare()
    {
        if (OperatingSystem.IsWindows())
            return false;
        // The framework sets its signals up when they are first used; afterwards it leaves them alone.
        PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => { }).Dispose();
        nint nothing = NativeLibrary.GetExport(NativeLibrary.Load("libc", typeof(SignalDefaults).Assembly, null), "getpid");
        Span<nint> action = stackalloc nint[64];
        for (int signal = 1; signal <= Last; signal++)
        {
            // struct sigaction begins with the handler.
            if (Look(signal, 0, action) == 0 && action[0] == Ignored)
                _ = Handle(signal, nothing);
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int Look(int signal, nint replacement, Span<nint> current);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Handle(int signal, nint handler);
}
