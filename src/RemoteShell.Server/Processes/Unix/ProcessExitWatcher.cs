using System.Diagnostics;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Learns how processes end: the signal and the CPU time, which .NET's exit code does not tell.</summary>
/// <remarks>On Linux. Elsewhere it waits through .NET, and how the process ended is not known.</remarks>
internal static class ProcessExitWatcher
{
    /// <summary>Whether <see cref="WatchAsync"/> always knows the signal that ended a process.</summary>
    public static bool AlwaysKnowsSignals => PidFd.TellsReaped;

    /// <summary>Completes when a process that other code reaps is gone; with null if it is not known how the process ended.</summary>
    public static Task<ProcessExit?> WatchAsync(int pid) => TryWatch(pid, PidFd.ReadExit) ?? WaitUnseenAsync(pid);

    /// <summary>Completes when the process is gone and reaped. It is a child that .NET does not know.</summary>
    public static async Task<ProcessExit> ReapAsync(int pid)
    {
        // If no descriptor is free, a thread waits.
        Task<ProcessExit?> reaped = TryWatch(pid, PidFd.Reap)
            ?? Task.Factory.StartNew(
                () => PidFd.ReapBlocking(pid), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        ProcessExit? exit = await reaped;
        ChildProcesses.Forget(pid);
        return exit ?? throw new InvalidOperationException($"process {pid} was reaped by other code: it is not known how it ended");
    }

    // Null if the system has no descriptor for the process.
    private static Task<ProcessExit?>? TryWatch(int pid, Func<int, ProcessExit?> readExit)
    {
        int descriptor = PidFd.IsSupported ? PidFd.Open(pid) : -1;
        if (descriptor < 0)
            return null;
        var gone = new TaskCompletionSource<ProcessExit?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (EpollLoop.TryWatch(descriptor, EpollLoop.Readable, End, out _))
            return gone.Task;
        PidFd.Close(descriptor);
        return null;

        void End()
        {
            ProcessExit? exit = readExit(descriptor);
            PidFd.Close(descriptor);
            gone.SetResult(exit);
        }
    }

    private static async Task<ProcessExit?> WaitUnseenAsync(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            await process.WaitForExitAsync();
        }
        catch (ArgumentException)
        {
            // The process is gone already.
        }

        return null;
    }
}
