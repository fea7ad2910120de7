using System.Runtime.InteropServices;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Reaps the orphans that the system gives to process 1, if this process is that: the first process of a container.</summary>
/// <remarks>
/// The code that starts a child reaps it; this class does not. An orphan comes from a session
/// of a command: a child of the program that hosts the server is in that program's session, and is not touched either.
/// </remarks>
internal sealed class OrphanReaper : IDisposable
{
    private const int Init = 1;

    // Orphans come in groups. A zombie costs nothing but its process id, so it can wait a moment.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _ended = new(1);
    private readonly CancellationTokenSource _stopped = new();

    // Used by one thread at a time: zombies that were seen, with the number of the start after which it is certain whose they are.
    private readonly Dictionary<(int Pid, string Start), long> _seen = [];
    private PosixSignalRegistration? _signal;

    private OrphanReaper()
    {
    }

    /// <summary>Starts to reap; null if this process is not process 1.</summary>
    public static OrphanReaper? StartIfInit()
    {
        if (OperatingSystem.IsWindows() || Environment.ProcessId != Init || !ProcessTable.IsAvailable)
            return null;
        var reaper = new OrphanReaper();
        reaper._signal = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => reaper.Wake());
        _ = Task.Run(reaper.RunAsync);
        return reaper;
    }

    public void Dispose()
    {
        _signal?.Dispose();
        _stopped.Cancel();
    }

    private void Wake()
    {
        if (_ended.CurrentCount == 0)
            _ended.Release();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            // A child whose start is under way is looked at again, without a signal.
            TimeSpan wait = _seen.Count > 0 ? Interval : Timeout.InfiniteTimeSpan;
            await ((Task)_ended.WaitAsync(wait, _stopped.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopped.IsCancellationRequested)
                return;
            Reap();
            await Task.Delay(Interval);
        }
    }

    private void Reap()
    {
        IReadOnlyList<ProcessEntry> all = ProcessTable.Read();
        int session = all.FirstOrDefault(process => process.Pid == Init).Session;
        // A child in the list comes from a start up to this number.
        long lastStart = ChildProcesses.LastStart;
        foreach (ProcessEntry process in all.Where(process => process.Parent == Init && !process.IsAlive && process.Session != session))
            _seen.TryAdd((process.Pid, process.Start), lastStart);
        foreach (((int pid, string start), long number) in _seen.ToArray())
        {
            if (ChildProcesses.IsStarting(number))
                continue;
            _seen.Remove((pid, start));
            if (!ChildProcesses.IsKnown(pid))
                PidFd.ReapIfEnded(pid);
        }
    }
}
