using System.Diagnostics;
using System.Globalization;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>The processes that a line has started: those of the shell's session and its children that are no older than the line.</summary>
/// <remarks>What earlier lines left in the background is older, and goes on.</remarks>
/// <param name="shell">The process id of the shell, which leads the session.</param>
/// <param name="began">When the line began, as <see cref="Stopwatch.GetTimestamp"/> tells.</param>
internal sealed class LineProcesses(int shell, long began)
{
    private const int Interrupt = 2, Continue = 18, Stop = 19;

    // The system counts the start of processes in these. sysconf(_SC_CLK_TCK) is 100 on each Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    // How long a shell takes at most to start a program, in ticks: 100 ms.
    private const long StartTicks = 10;

    // How long an interrupt waits for programs that are being started, and how often it looks.
    private static readonly TimeSpan MostSettling = TimeSpan.FromMilliseconds(200), SettlingInterval = TimeSpan.FromMilliseconds(1);

    // Of the two clocks, one after the other.
    private static readonly TimeSpan LongestReading = TimeSpan.FromMilliseconds(1);
    private const int MostReadings = 100;

    // A process may fork while it is signalled.
    private const int MostPasses = 8;

    private readonly Lock _gate = new();

    // Guarded by _gate: several signals may be sent at the same time.
    private readonly HashSet<(int Pid, string Start, int Signal)> _sent = [];

    // Guarded by _gate. Those that had executed their program when an interrupt was sent.
    private readonly HashSet<(int Pid, string Start)> _reached = [];

    /// <summary>Sends a signal to each process that has not had it yet.</summary>
    public void Signal(int signal)
    {
        bool isNew = true;
        for (int pass = 0; ProcessTable.IsAvailable && pass < MostPasses && isNew; pass++)
            isNew = Signal(signal, Read());
    }

    /// <summary>Interrupts each group as a whole, as a terminal does: that of the shell, and those that the line has created.</summary>
    /// <remarks>
    /// One after the other, the shell could start the next command in between, or ignore the signal since its child did not end by it.
    /// So the shell is stopped meanwhile if its group has processes that earlier lines left in the background: those go on. A shell that
    /// was stopped goes on.
    /// </remarks>
    public void InterruptAll()
    {
        if (HasOlder())
        {
            SignalShell(Stop);
            InterruptGroups([.. Read()]);
            SignalShell(Interrupt);
            SignalShell(Continue);
            return;
        }

        ProcessGroup.Signal(shell, Interrupt);
        SignalShell(Continue);
        if (ProcessTable.IsAvailable)
            InterruptGroups([.. Read().Where(process => process.Group != shell)]);
    }

    /// <summary>Waits until no program is being started: the shell waits, and each forked process has executed its program.</summary>
    /// <remarks>
    /// A process that has not executed its program yet has the signal handlers of its parent. It loses an interrupt, or exits by itself,
    /// and then bash goes on with the next command. A loop of built-ins and a new subshell look the same, so the wait is limited.
    /// </remarks>
    public async Task StartedAsync()
    {
        long begin = Stopwatch.GetTimestamp();
        bool isStarting = IsStarting();
        while (isStarting && Stopwatch.GetElapsedTime(begin) < MostSettling)
        {
            await Task.Delay(SettlingInterval);
            isStarting = IsStarting();
        }
    }

    /// <summary>Interrupts again if the shell goes on: it or a subshell has a young process that no interrupt has reached.</summary>
    /// <param name="interrupted">When the line was interrupted, as <see cref="Stopwatch.GetTimestamp"/> tells.</param>
    public void InterruptAgain(long interrupted)
    {
        long young = TickOf(interrupted) - StartTicks;
        List<(ProcessEntry Process, bool IsCopy)> found = [.. Forked()];
        if (!found.Any(one => StartOf(one.Process) >= young && !IsReached(one.Process)))
            return;
        NoteReached(found);
        InterruptAll();
    }

    /// <summary>Sends a signal to the shell only.</summary>
    public void SignalShell(int signal)
    {
        if (ProcessEntry.Read(shell) is { IsAlive: true } entry && entry.Session == shell)
            ProcessSignal.TrySend(entry, signal);
    }

    // Returns whether a process got it that had not had it yet.
    private bool Signal(int signal, IEnumerable<ProcessEntry> processes)
    {
        bool isNew = false;
        foreach (ProcessEntry process in processes)
        {
            if (TryMark(process, signal))
            {
                ProcessSignal.TrySend(process, signal);
                isNew = true;
            }

            // A stopped process gets the signal when it continues.
            if (process.State == 'T')
                ProcessSignal.TrySend(process, Continue);
        }

        return isNew;
    }

    // A group of the line's own is signalled at once: a process that is forked meanwhile gets the signal too.
    private static void InterruptGroups(List<ProcessEntry> processes)
    {
        HashSet<int> groups = [.. processes.Where(process => process.Pid == process.Group).Select(process => process.Group)];
        foreach (int group in groups)
            ProcessGroup.Signal(group, Interrupt);
        foreach (ProcessEntry process in processes)
        {
            if (!groups.Contains(process.Group))
                ProcessSignal.TrySend(process, Interrupt);
            // A stopped process gets the signal when it continues.
            if (process.State == 'T')
                ProcessSignal.TrySend(process, Continue);
        }
    }

    private bool TryMark(ProcessEntry process, int signal)
    {
        lock (_gate)
            return _sent.Add((process.Pid, process.Start, signal));
    }

    private IEnumerable<ProcessEntry> Read()
    {
        long oldest = TickOf(began);
        IEnumerable<ProcessEntry> ofSession = ProcessTable.Read().Where(process
            => process.IsAlive && process.Session == shell && process.Pid != shell);
        // A child that leads a session of its own: setsid was the command.
        IEnumerable<ProcessEntry> others = Forked().Select(one => one.Process).Where(process => process.Session != shell);
        return ofSession.Concat(others).Where(process => StartOf(process) >= oldest);
    }

    private bool HasOlder()
    {
        long oldest = TickOf(began);
        return ProcessTable.Read().Any(process
            => process.IsAlive && process.Group == shell && process.Pid != shell && StartOf(process) < oldest);
    }

    private bool IsReached(ProcessEntry process)
    {
        lock (_gate)
            return _reached.Contains(KeyOf(process));
    }

    // The shell first, and its processes then: it may fork in between.
    private bool IsStarting()
    {
        bool isRunning = ProcessEntry.Read(shell) is { } entry && IsRunning(entry);
        List<(ProcessEntry Process, bool IsCopy)> found = [.. Descendants()];
        NoteReached(found);
        return isRunning || found.Any(one => one.IsCopy && (IsYoung(one.Process) || IsRunning(one.Process)));
    }

    // Notes the processes that the next interrupt reaches for certain: programs, and subshells that are not young.
    private void NoteReached(List<(ProcessEntry Process, bool IsCopy)> found)
    {
        lock (_gate)
            _reached.UnionWith(found.Where(one => !one.IsCopy || !IsYoung(one.Process)).Select(one => KeyOf(one.Process)));
    }

    private static bool IsYoung(ProcessEntry process) => StartOf(process) >= TickOf(Stopwatch.GetTimestamp()) - StartTicks;

    // Neither asleep nor stopped.
    private static bool IsRunning(ProcessEntry process) => process.State is not ('S' or 'T');

    // The processes that the shell, its subshells, and its children in sessions of their own have forked.
    private IEnumerable<(ProcessEntry Process, bool IsCopy)> Forked()
    {
        var ofShell = new HashSet<int> { shell };
        foreach ((ProcessEntry process, bool isCopy) in Descendants())
        {
            if (!ofShell.Contains(process.Parent))
                continue;
            if (isCopy || process.Session != shell)
                ofShell.Add(process.Pid);
            yield return (process, isCopy);
        }
    }

    // Parents first. A copy has the command line of its parent: it is a subshell, or has not executed its program yet.
    private IEnumerable<(ProcessEntry Process, bool IsCopy)> Descendants()
    {
        var parents = new Queue<int>([shell]);
        while (parents.TryDequeue(out int parent))
        {
            string own = ProcessTable.ReadFile(parent, "cmdline");
            string list = ProcessTable.ReadFile(parent, $"task/{Text(parent)}/children");
            foreach (string child in list.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                int pid = int.Parse(child, CultureInfo.InvariantCulture);
                if (ProcessEntry.Read(pid) is not { IsAlive: true } entry)
                    continue;
                parents.Enqueue(pid);
                yield return (entry, ProcessTable.ReadFile(pid, "cmdline") == own);
            }
        }
    }

    private static string Text(int pid) => pid.ToString(CultureInfo.InvariantCulture);

    private static (int Pid, string Start) KeyOf(ProcessEntry process) => (process.Pid, process.Start);

    private static long StartOf(ProcessEntry process) => long.Parse(process.Start, CultureInfo.InvariantCulture);

    // The tick of a moment, rounded down. Two clocks are compared: if this thread had to wait in between, it tries again, since the line
    // would seem to have begun earlier, and processes of earlier lines to be its own.
    private static long TickOf(long moment)
    {
        double now, ago;
        TimeSpan took;
        int tries = 0;
        do
        {
            long before = Stopwatch.GetTimestamp();
            string seconds = File.ReadAllText("/proc/uptime").Split(' ')[0];
            ago = Stopwatch.GetElapsedTime(moment).TotalSeconds;
            took = Stopwatch.GetElapsedTime(before);
            now = double.Parse(seconds, CultureInfo.InvariantCulture);
        }
        while (took > LongestReading && ++tries < MostReadings);
        return (long)Math.Floor((now - ago) * TicksPerSecond);
    }
}
