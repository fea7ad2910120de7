using System.Runtime.InteropServices;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Lets commands start with no signal ignored, as after a login, and keeps signals of the kernel from ending the server.</summary>
/// <remarks>
/// A child also ignores what its parent ignores, whereas a signal that the parent handles is reset. .NET ignores SIGPIPE: then
/// <c>yes | head -1</c> complains, and a loop that writes never ends. A server that a script started in the background, or under nohup,
/// ignores SIGINT or SIGHUP. So the server handles those signals with a function of the C library that does nothing. For the server itself
/// nothing changes: writing to a closed pipe still fails with EPIPE. SIGXFSZ is handled in the same way, whose default ends the process: so
/// writing a file above the limit (<c>ulimit -f</c>) fails with EFBIG.
/// </remarks>
internal static class SignalDefaults
{
    private const int LastSignal = 31;
    private const int FileTooLarge = 25;
    private const int Default = 0, Ignored = 1;

    private static readonly Lazy<bool> Ready = new(Prepare);

    /// <summary>Handles the ignored signals and SIGXFSZ, once in the life of the process.</summary>
    public static void Restore() => _ = Ready.Value;

    private static bool Prepare()
    {
        if (OperatingSystem.IsWindows())
            return false;
        // .NET sets up its signals when they are first used, and does not touch them afterwards.
        PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => { }).Dispose();
        nint nothing = NativeLibrary.GetExport(NativeLibrary.Load("libc", typeof(SignalDefaults).Assembly, null), "getpid");
        Span<nint> action = stackalloc nint[64];
        for (int signal = 1; signal <= LastSignal; signal++)
        {
            // struct sigaction begins with the handler.
            if (ProcessCalls.SignalAction(signal, 0, action) != 0)
                continue;
            if (action[0] == Ignored || (signal == FileTooLarge && action[0] == Default))
                _ = ProcessCalls.SetHandler(signal, nothing);
        }

        return true;
    }
}
