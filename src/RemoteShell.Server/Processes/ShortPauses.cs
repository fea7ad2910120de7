using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes;

/// <summary>Pauses of less than a millisecond, which timers do not have. One thread serves all of them, from the first one on.</summary>
internal static class ShortPauses
{
    private const int Microseconds = 400;

    private static readonly Lock Gate = new();
    private static readonly AutoResetEvent Wanted = new(initialState: false);

    // Guarded by Gate.
    private static List<SemaphoreSlim> s_waiting = [];
    private static Thread? s_thread;
    private static bool s_isRefused = OperatingSystem.IsWindows();

    // Used only by the thread.
    private static List<SemaphoreSlim> s_over = [];

    /// <summary>Completes after the pause; at once if the system gives no thread for it.</summary>
    /// <param name="over">Is released at the end of the pause. One pause at a time uses it.</param>
    /// <param name="cancellationToken">Ends the pause.</param>
    public static Task WaitAsync(SemaphoreSlim over, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            if (!IsServed())
                return Task.CompletedTask;
            s_waiting.Add(over);
        }

        Wanted.Set();
        return over.WaitAsync(cancellationToken);
    }

    private static bool IsServed()
    {
        if (s_thread is not null || s_isRefused)
            return !s_isRefused;
        try
        {
            var thread = new Thread(Serve) { IsBackground = true, Name = "short pauses" };
            thread.Start();
            s_thread = thread;
            return true;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            s_isRefused = true;
            return false;
        }
    }

    private static void Serve()
    {
        while (true)
        {
            Wanted.WaitOne();
            ProcessCalls.Pause(Microseconds);
            lock (Gate)
                (s_waiting, s_over) = (s_over, s_waiting);
            foreach (SemaphoreSlim over in s_over)
                over.Release();
            s_over.Clear();
        }
    }
}
