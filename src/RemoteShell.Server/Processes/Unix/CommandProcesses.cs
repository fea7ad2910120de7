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
        bool isNew = true;
        for (int pass = 0; pass < MostPasses && isNew; pass++)
        {
            isNew = false;
            foreach (ProcessEntry process in Outside(Members(ProcessTable.Read())))
            {
                if (!sent.Add((process.Pid, process.Start)))
                    continue;
                isNew = true;
                isSent |= ProcessSignal.TrySend(process, signal);
            }
        }

        return isSent;
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

        Signal(Term);
        if (await IsEmptyWithinAsync(grace, () => { }))
            return;
        await IsEmptyWithinAsync(grace > LeastKillTime ? grace : LeastKillTime, KillAll);
    }

    private async Task<bool> IsEmptyWithinAsync(TimeSpan time, Action repeat)
    {
        long end = Environment.TickCount64 + (long)time.TotalMilliseconds;
        TimeSpan interval = ShortestInterval;
        while (true)
        {
            repeat();
            if (!await AreAliveAsync())
                return true;
            if (Environment.TickCount64 >= end)
                return false;
            await Task.Delay(interval);
            interval = interval < LongestInterval / 2 ? interval * 2 : LongestInterval;
        }
    }

    private void KillAll()
    {
        group?.Kill();
        List<ProcessEntry> members = Members(ProcessTable.Read());
        // A signal to a group reaches all of it, also a process that is being forked. But an empty group's id may belong to another one.
        if (members.Any(process => process.Session == leader))
            ProcessGroup.Signal(leader, Kill);
        foreach (ProcessEntry process in members)
            ProcessSignal.TrySend(process, Kill);
    }

    private List<ProcessEntry> Members(IReadOnlyList<ProcessEntry> all)
    {
        IReadOnlySet<int> grouped = group?.Members() ?? new HashSet<int>();
        return [.. all.Where(process => process.IsAlive && (process.Session == leader || grouped.Contains(process.Pid)))];
    }

    // Those that a signal to the leader's process group does not reach.
    private IEnumerable<ProcessEntry> Outside(List<ProcessEntry> members) => members.Where(process => process.Group != leader);
}
