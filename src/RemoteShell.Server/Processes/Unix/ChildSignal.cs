using System.Runtime.InteropServices;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Keeps .NET from reaping a child before the server has opened the descriptor that tells how the child ends.</summary>
/// <remarks>As process 1, .NET reaps every child at each SIGCHLD, also one that it did not start.</remarks>
internal static unsafe class ChildSignal
{
    private const int Init = 1, ChildEnded = 17;

    // Longs; more than struct sigaction has in any C library.
    private const int ActionSize = 64;

    private static readonly Lock Gate = new();

    private static readonly Lazy<nint> Nothing = new(()
        => NativeLibrary.GetExport(NativeLibrary.Load("libc", typeof(ChildSignal).Assembly, null), "getpid"));

    /// <summary>Runs <paramref name="start"/> while .NET does not see SIGCHLD, and lets .NET look for ended children afterwards.</summary>
    /// <param name="start">Starts a child, and opens its descriptor.</param>
    public static T Hold<T>(Func<T> start)
    {
        if (Environment.ProcessId != Init || !OperatingSystem.IsLinux())
            return start();
        // One start at a time: the handler of one must not be taken for .NET's by the next.
        lock (Gate)
        {
            nint* action = stackalloc nint[ActionSize];
            if (ProcessCalls.SignalAction(ChildEnded, 0, new(action, ActionSize)) != 0)
                return start();
            _ = ProcessCalls.SetHandler(ChildEnded, Nothing.Value);
            try
            {
                return start();
            }
            finally
            {
                _ = ProcessCalls.SignalAction(ChildEnded, (nint)action, []);
                // For the children that ended meanwhile.
                _ = ProcessCalls.Kill(Init, ChildEnded);
            }
        }
    }
}
