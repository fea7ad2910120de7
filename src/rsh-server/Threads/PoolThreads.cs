using RemoteShell.Protocol;

namespace RemoteShell.Cli.Server.Threads;

/// <summary>Starts all threads of the thread pool at the start of the server, so that it needs no further thread while it serves.</summary>
/// <remarks>
/// .NET makes such threads when work comes, and ends the process if the system refuses one: a limit of processes (<c>ulimit -u</c>,
/// <c>TasksMax=</c>, <c>pids.max</c>) counts threads, and the commands of clients count against the same limit. The project file sets the
/// timeout of idle threads to infinite.
/// </remarks>
internal static class PoolThreads
{
    // Of the work on these threads, only access to files blocks.
    private const int LeastCount = 32;
    private const int PerProcessor = 2;

    // Far longer than it takes on a busy machine.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    /// <summary>Starts the threads, and lets the pool make no others.</summary>
    /// <exception cref="RemoteShellException">The system lets the server have fewer threads.</exception>
    public static void StartAll()
    {
        int count = Math.Max(LeastCount, PerProcessor * Environment.ProcessorCount);
        CheckLimit(count);
        ThreadPool.GetMinThreads(out int min, out int ports);
        // With this minimum, the pool makes a thread for each item at once. Each item holds its thread until all are there.
        ThreadPool.SetMinThreads(count, ports);
        ThreadPool.SetMaxThreads(count, ports);
        var started = new CountdownEvent(count);
        var release = new ManualResetEventSlim();
        for (int i = 0; i < count; i++)
            ThreadPool.UnsafeQueueUserWorkItem(Occupy, (started, release), preferLocal: false);
        bool areStarted = started.Wait(StartLimit);
        release.Set();
        if (!areStarted)
            throw TooFew(count - started.CurrentCount, count);
        // The threads stay. How many of them work at once is the pool's decision again, which begins with one for each processor.
        ThreadPool.SetMinThreads(min, ports);
        ThreadPool.SetMaxThreads(min, ports);
        ThreadPool.SetMaxThreads(count, ports);
        StartWaitThread();
    }

    private static void Occupy((CountdownEvent Started, ManualResetEventSlim Release) item)
    {
        item.Started.Signal();
        item.Release.Wait();
    }

    // .NET waits for processes on a thread of its own, which it starts with the first one.
    private static void StartWaitThread() => ThreadPool.UnsafeRegisterWaitForSingleObject(
        new ManualResetEvent(initialState: true), (_, _) => { }, null, Timeout.InfiniteTimeSpan, executeOnlyOnce: true);

    // The failure of a thread of the pool ends the process. The failure of these threads can be reported.
    private static void CheckLimit(int count)
    {
        using var release = new ManualResetEventSlim();
        List<Thread> threads = [];
        try
        {
            while (threads.Count < count)
            {
                var thread = new Thread(release.Wait);
                thread.Start();
                threads.Add(thread);
            }
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            throw TooFew(threads.Count, count);
        }
        finally
        {
            release.Set();
            foreach (Thread thread in threads)
                thread.Join();
        }
    }

    private static RemoteShellException TooFew(int started, int count)
        => new($"the system lets the server start {started} of the {count} threads that it needs")
        {
            Hint = "raise the limit of processes of this user (ulimit -u) or of the service (TasksMax=)",
        };
}
