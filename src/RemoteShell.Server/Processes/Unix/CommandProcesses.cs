namespace RemoteShell.Server.Processes.Unix;

/// <summary>All processes of a command: those of the session that it leads, and those of its control group, if it has one.</summary>
/// <remarks>
/// A command may put processes into process groups of their own: timeout(1) does, and a shell with job control. They stay in the session.
/// A process leaves the session by setsid(2), and the control group only on purpose. Zombies do not count: they have ended.
/// </remarks>
/// <param name="leader">The process id of the session's leader. The id is not used again while the session has any process.</param>
/// <param name="group">The control group that the command was started in; null: none.</param>
internal sealed class CommandProcesses(int leader, ControlGroup? group = null)
{
    private const int Kill = 9;
    private const int Term = 15;

    // A process may fork while it is signalled. A command that forks without end is not followed for ever.
    private const int MostPasses = 8;

    // How long to wait, at least, until the processes that got KILL are gone. One inside a system call may take long.
    private static readonly TimeSpan LeastKillTime = TimeSpan.FromSeconds(1);

    // The system does not report when a session is empty.
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(5), LongestInterval = TimeSpan.FromMilliseconds(100);

    // Without these, only the process group can be reached.
    private static bool CanList => ProcessTable.IsAvailable && SetSid.IsAvailable;

    /// <summary>Sends the signal to every process of the command; false if there is none.</summary>
    public bool Signal(int signal)
    {
        bool isSent = ProcessGroup.Signal(leader, signal);
        if (!CanList)
            return isSent;
        var sent = new HashSet<(int, string)>();
        int known = -1;
        for (int pass = 0; pass < MostPasses && known < sent.Count; pass++)
        {
            known = sent.Count;
            isSent |= SendOutside(ProcessTable.Read(), sent, signal);
        }

        return isSent;
    }

    /// <summary>Sends the signal to every process of the command. Jobs that end at the same time share the lists of processes.</summary>
    public async Task SignalAsync(int signal)
    {
        ProcessGroup.Signal(leader, signal);
        var sent = new HashSet<(int, string)>();
        int known = -1;
        for (int pass = 0; CanList && pass < MostPasses && known < sent.Count; pass++)
        {
            known = sent.Count;
            SendOutside(await ProcessTable.ReadAsync(), sent, signal);
        }
    }

    /// <summary>Whether any process of the command runs.</summary>
    public async Task<bool> AreAliveAsync()
        => CanList ? Members(await ProcessTable.ReadAsync()).Count > 0 : ProcessGroup.Signal(leader, 0);

    /// <summary>Ends all processes of the command: TERM first, KILL after the grace. Returns when none runs.</summary>
    /// <remarks>Also returns if a process does not end although it got KILL.</remarks>
    public async Task TerminateAsync(TimeSpan grace)
    {
        if (!CanList)
        {
            await ProcessGroup.TerminateAsync(leader, grace);
            return;
        }

        await SignalAsync(Term);
        if (await IsEmptyWithinAsync(grace, () => Task.CompletedTask))
            return;
        await IsEmptyWithinAsync(grace > LeastKillTime ? grace : LeastKillTime, KillAllAsync);
    }

    private async Task<bool> IsEmptyWithinAsync(TimeSpan time, Func<Task> repeatAsync)
    {
        long end = Environment.TickCount64 + (long)time.TotalMilliseconds;
        TimeSpan interval = ShortestInterval;
        while (true)
        {
            await repeatAsync();
            if (!await AreAliveAsync())
                return true;
            if (Environment.TickCount64 >= end)
                return false;
            await Task.Delay(interval);
            interval = interval < LongestInterval / 2 ? interval * 2 : LongestInterval;
        }
    }

    private async Task KillAllAsync()
    {
        group?.Kill();
        List<ProcessEntry> members = Members(await ProcessTable.ReadAsync());
        // A signal to a group reaches all of it, also a process that is being forked. But an empty group's id may belong to another one.
        if (members.Any(process => process.Session == leader))
            ProcessGroup.Signal(leader, Kill);
        foreach (ProcessEntry process in members)
            ProcessSignal.TrySend(process, Kill);
    }

    // Notes in the set whom the signal was sent to. Returns whether it was sent to any process.
    private bool SendOutside(IReadOnlyList<ProcessEntry> all, HashSet<(int, string)> sent, int signal)
    {
        bool isSent = false;
        foreach (ProcessEntry process in Outside(Members(all)))
        {
            if (sent.Add((process.Pid, process.Start)))
                isSent |= ProcessSignal.TrySend(process, signal);
        }

        return isSent;
    }

    private List<ProcessEntry> Members(IReadOnlyList<ProcessEntry> all)
    {
        IReadOnlySet<int> grouped = group?.Members() ?? new HashSet<int>();
        return [.. all.Where(process => process.IsAlive && (process.Session == leader || grouped.Contains(process.Pid)))];
    }

    // Those that a signal to the leader's process group does not reach.
    private IEnumerable<ProcessEntry> Outside(List<ProcessEntry> members) => members.Where(process => process.Group != leader);
}
