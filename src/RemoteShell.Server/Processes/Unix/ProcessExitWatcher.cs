using System.Diagnostics;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Learns how processes end: by which signal, and with what use of the machine, which the framework's exit code does not tell.</summary>
/// <remarks>On Linux; elsewhere the framework is asked, and the status is not known.</remarks>
internal static class ProcessExitWatcher
{
    /// <summary>Whether <see cref="WatchAsync"/> always knows the signal that ended a process.</summary>
    /// <remarks>Since Linux 6.15 the handle of a process tells it even after the framework has reaped the process.</remarks>
    public static bool AlwaysKnowsSignals { get; } = PidFd.AreThere && Environment.OSVersion.Version >= new Version(6, 15);

    /// <summary>Completes when the process, which somebody else collects, is gone; with null where nobody saw how.</summary>
    public static Task<ProcessExit?> WatchAsync(int pid) => TryWatch(pid, PidFd.ReadExit) ?? WaitUnseenAsync(pid);

    /// <summary>Completes when the process, a child that the framework does not know, is gone and collected.</summary>
    public static async Task<ProcessExit> CollectAsync(int pid)
    {
        // Without a free descriptor a thread has to wait.
        Task<ProcessExit?> collected = TryWatch(pid, PidFd.Collect)
            ?? Task.Factory.StartNew(() => PidFd.CollectBlocking(pid), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return await collected ?? throw new InvalidOperationException($"process {pid} was collected by somebody else: how it ended is not known");
    }

    // Null where the system has no handle for it.
    private static Task<ProcessExit?>? TryWatch(int pid, Func<int, ProcessExit?> ending)
    {
        int handle = PidFd.AreThere ? PidFd.Open(pid) : -1;
        if (handle < 0)
            return null;
        var gone = new TaskCompletionSource<ProcessExit?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (EpollLoop.TryWatch(handle, EpollLoop.Readable, End, out _))
            return gone.Task;
        PidFd.Close(handle);
        return null;

        void End()
        {
            ProcessExit? exit = ending(handle);
            PidFd.Close(handle);
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
            // Gone already.
        }

        return null;
    }
}
