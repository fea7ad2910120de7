using RemoteShell.Cli.Server.Native;

namespace RemoteShell.Cli.Server.Threads;

/// <summary>The signals that the program that started the server has blocked.</summary>
internal static class SignalMask
{
    // More bytes than sigset_t has in any C library.
    private const int SetSize = 128;

    /// <summary>Unblocks all signals for this thread, and so for the threads and commands that it starts.</summary>
    /// <remarks>
    /// A process inherits the mask. With SIGTERM blocked, the server could not be stopped, and a command could not be ended by TERM.
    /// </remarks>
    public static void Clear()
    {
        if (!OperatingSystem.IsWindows())
            _ = SignalCalls.SetMask(SignalCalls.Replace, stackalloc byte[SetSize], 0);
    }
}
