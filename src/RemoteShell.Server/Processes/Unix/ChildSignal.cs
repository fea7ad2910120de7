using System.Runtime.InteropServices;
using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Keeps .NET from reaping a child before the server has opened the descriptor that tells how the child ends.</summary>
/// <remarks>
/// A command may end before the thread that started it runs again, and of a process that is reaped no descriptor can be opened.
/// </remarks>
internal static unsafe class ChildSignal
{
    private const int Init = 1, ChildEnded = 17;

    // Longs; more than struct sigaction has in any C library.
    private const int ActionSize = 64;

    // One start at a time: the handler of one must not be taken for .NET's by the next.
    private static readonly SemaphoreSlim Turn = new(1, 1);

    private static readonly Lazy<nint> Nothing = new(()
        => NativeLibrary.GetExport(NativeLibrary.Load("libc", typeof(ChildSignal).Assembly, null), "getpid"));

    /// <summary>The same as <see cref="Hold"/>, for a child that .NET does not know: only as process 1, .NET reaps such children.</summary>
    public static T HoldAsInit<T>(Func<T> start) => Environment.ProcessId == Init ? Hold(start) : start();

    /// <summary>Runs <paramref name="start"/> while .NET does not see SIGCHLD, and lets .NET look for ended children afterwards.</summary>
    /// <param name="start">Starts a child, and opens its descriptor.</param>
    public static T Hold<T>(Func<T> start)
    {
        if (!PidFd.IsSupported)
            return start();
        // A wait for a task, other than one for a lock, lets the pool start another thread: the barrier needs one.
        Turn.WaitAsync().Wait();
        try
        {
            return HoldInTurn(start);
        }
        finally
        {
            Turn.Release();
        }
    }

    private static T HoldInTurn<T>(Func<T> start)
    {
        nint* action = stackalloc nint[ActionSize], current = stackalloc nint[ActionSize];
        if (ProcessCalls.SignalAction(ChildEnded, 0, new(action, ActionSize)) != 0)
            return start();
        _ = ProcessCalls.SetHandler(ChildEnded, Nothing.Value);
        try
        {
            // For a signal that came before, .NET may look for ended children now. Then, as process 1, it reaps all of them.
            if (Environment.ProcessId == Init)
                SignalBarrier.Wait();
            return start();
        }
        finally
        {
            // At its first start of a process, .NET sets its handler: then that one stays. struct sigaction begins with the handler.
            if (ProcessCalls.SignalAction(ChildEnded, 0, new(current, ActionSize)) == 0 && current[0] == Nothing.Value)
                _ = ProcessCalls.SignalAction(ChildEnded, (nint)action, []);
            // .NET has not seen the signals of the children that ended meanwhile.
            if (PidFd.HasEndedChild())
                _ = ProcessCalls.Kill(Environment.ProcessId, ChildEnded);
        }
    }
}
