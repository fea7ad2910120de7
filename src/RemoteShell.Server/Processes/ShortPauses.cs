using RemoteShell.Server.Native;

namespace RemoteShell.Server.Processes;

/// <summary>Pauses of less than a millisecond, which timers do not have. One thread serves all of them, from the first one on.</summary>
internal static class ShortPauses
{
    private const int Microseconds = 400;

    private static readonly Lock Gate = new();
    private static readonly AutoResetEvent Wanted = new(initialState: false);

    // Guarded by Gate.
    private static List<SemaphoreSlim> _waiting = [];
    private static Thread? _thread;
    private static bool _isRefused = OperatingSystem.IsWindows();

    // Used only by the thread.
    private static List<SemaphoreSlim> _over = [];

    /// <summary>Completes after the pause; at once if the system gives no thread for it.</summary>
    /// <param name="over">Is released at the end of the pause. One pause at a time uses it.</param>
    /// <param name="cancellationToken">Ends the pause.</param>
    public static Task WaitAsync(SemaphoreSlim over, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            if (!IsServed())
                return Task.CompletedTask;
            _waiting.Add(over);
        }

        Wanted.Set();
        return over.WaitAsync(cancellationToken);
    }

    private static bool IsServed()
    {
        if (_thread is not null || _isRefused)
            return !_isRefused;
        try
        {
            var thread = new Thread(Serve) { IsBackground = true, Name = "short pauses" };
            thread.Start();
            _thread = thread;
            return true;
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            _isRefused = true;
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
                (_waiting, _over) = (_over, _waiting);
            foreach (SemaphoreSlim over in _over)
                over.Release();
            _over.Clear();
        }
    }
}
