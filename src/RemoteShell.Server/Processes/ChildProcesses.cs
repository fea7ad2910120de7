namespace RemoteShell.Server.Processes;

/// <summary>Knows the children that the server has started and will reap, and the starts that are under way.</summary>
/// <remarks>
/// Between fork(2) and execve(2) a child still has all descriptors of the server, also the pipes of commands that start at the same time.
/// </remarks>
internal static class ChildProcesses
{
    private static readonly Lock Gate = new();

    // Guarded by Gate. The number of a process is used again, maybe before Forget was called for the first one: so they are counted.
    private static readonly Dictionary<int, int> Known = [];
    private static readonly SortedSet<long> Pending = [];
    private static long _lastStart;

    /// <summary>The number of the latest start.</summary>
    public static long LastStart
    {
        get
        {
            lock (Gate)
                return _lastStart;
        }
    }

    /// <summary>Starts a process, and returns what <paramref name="start"/> returns once the process executes its program.</summary>
    /// <param name="start">Starts the process.</param>
    /// <param name="pid">The process id of what was started; null if nothing was.</param>
    public static T Start<T>(Func<T> start, Func<T, int?> pid)
    {
        long number;
        lock (Gate)
        {
            number = ++_lastStart;
            Pending.Add(number);
        }

        int? child = null;
        try
        {
            T started = start();
            child = pid(started);
            return started;
        }
        finally
        {
            lock (Gate)
            {
                Pending.Remove(number);
                if (child is { } known)
                    Known[known] = Known.GetValueOrDefault(known) + 1;
            }
        }
    }

    /// <summary>Whether a start up to this number is still under way.</summary>
    public static bool IsStarting(long upTo)
    {
        lock (Gate)
            return Pending.Count > 0 && Pending.Min <= upTo;
    }

    /// <summary>Whether the server has started this child, and has not reaped it.</summary>
    public static bool IsKnown(int pid)
    {
        lock (Gate)
            return Known.ContainsKey(pid);
    }

    /// <summary>Notes that a child was reaped.</summary>
    public static void Forget(int pid)
    {
        lock (Gate)
        {
            int left = Known.GetValueOrDefault(pid) - 1;
            if (left > 0)
                Known[pid] = left;
            else
                Known.Remove(pid);
        }
    }
}
