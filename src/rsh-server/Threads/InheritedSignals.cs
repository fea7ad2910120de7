using RemoteShell.Cli.Server.Native;

namespace RemoteShell.Cli.Server.Threads;

/// <summary>What the program that started the server has set for signals, which a process inherits.</summary>
internal static class InheritedSignals
{
    // More bytes than sigset_t has in any C library.
    private const int SetSize = 128;

    private const int Term = 15;
    private const int Default = 0, Ignored = 1;

    /// <summary>Unblocks all signals for this thread and those that it starts, and stops ignoring SIGTERM.</summary>
    /// <remarks>
    /// With SIGTERM blocked or ignored, the server could not be stopped, and a command could not be ended by TERM. An ignored SIGINT stays
    /// ignored: a shell sets that for a server in the background. .NET handles a signal only if it is not ignored, so this comes first.
    /// </remarks>
    public static void Reset()
    {
        if (OperatingSystem.IsWindows())
            return;
        _ = SignalCalls.SetMask(SignalCalls.Replace, stackalloc byte[SetSize], 0);
        // struct sigaction begins with the handler.
        Span<nint> action = stackalloc nint[64];
        if (SignalCalls.GetAction(Term, 0, action) == 0 && action[0] == Ignored)
            _ = SignalCalls.SetHandler(Term, Default);
    }
}
