using System.Diagnostics;
using System.Globalization;
using RemoteShell.Server.Processes.Unix;

namespace RemoteShell.Server.Jobs.Conversations;

/// <summary>The processes that a line has started: those of the shell's session that are no older than the line.</summary>
/// <remarks>What earlier lines left in the background is older, and goes on.</remarks>
/// <param name="shell">The process id of the shell, which leads the session.</param>
/// <param name="began">When the line began, as <see cref="Stopwatch.GetTimestamp"/> tells.</param>
internal sealed class LineProcesses(int shell, long began)
{
    private const int Interrupt = 2, Continue = 18;

    // The system counts the start of processes in these. sysconf(_SC_CLK_TCK) is 100 on each Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    // How long a shell takes at most to start a program.
    private static readonly TimeSpan StartTime = TimeSpan.FromMilliseconds(100);

    // A process may fork while it is signalled.
    private const int MostPasses = 8;

    private readonly Lock _gate = new();

    // Guarded by _gate: several signals may be sent at the same time.
    private readonly HashSet<(int Pid, string Start, int Signal)> _sent = [];

    /// <summary>Sends a signal to each process that has not had it yet.</summary>
    public void Signal(int signal)
    {
        bool isNew = true;
        for (int pass = 0; ProcessTable.IsAvailable && pass < MostPasses && isNew; pass++)
            isNew = Signal(signal, Read());
    }

    /// <summary>Interrupts the group of the shell at once, as a terminal does, and processes of the line in other groups.</summary>
    /// <remarks>
    /// One after the other, the shell could start the next command in between, or ignore the signal since its child did not end by it.
    /// What earlier lines left in the background ignores this signal. A shell that was stopped goes on.
    /// </remarks>
    public void InterruptAll()
    {
        ProcessGroup.Signal(shell, Interrupt);
        SignalShell(Continue);
        if (ProcessTable.IsAvailable)
            Signal(Interrupt, Read().Where(process => process.Group != shell));
    }

    /// <summary>Interrupts again if a process of the line was just being started when the line was interrupted.</summary>
    /// <remarks>Between fork and exec such a process has the signal handlers of the shell, and the signal is lost.</remarks>
    /// <param name="interrupted">When the line was interrupted, as <see cref="Stopwatch.GetTimestamp"/> tells.</param>
    public void InterruptAgain(long interrupted)
    {
        long young = TickOf(interrupted) - (long)(StartTime.TotalSeconds * TicksPerSecond);
        if (ProcessTable.IsAvailable && Read().Any(process => StartOf(process) >= young))
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

    private bool TryMark(ProcessEntry process, int signal)
    {
        lock (_gate)
            return _sent.Add((process.Pid, process.Start, signal));
    }

    private IEnumerable<ProcessEntry> Read()
    {
        long oldest = TickOf(began);
        return ProcessTable.Read().Where(process
            => process.IsAlive && process.Session == shell && process.Pid != shell && StartOf(process) >= oldest);
    }

    private static long StartOf(ProcessEntry process) => long.Parse(process.Start, CultureInfo.InvariantCulture);

    // The tick of a moment, rounded down.
    private static long TickOf(long moment)
    {
        string seconds = File.ReadAllText("/proc/uptime").Split(' ')[0];
        double now = double.Parse(seconds, CultureInfo.InvariantCulture);
        return (long)Math.Floor((now - Stopwatch.GetElapsedTime(moment).TotalSeconds) * TicksPerSecond);
    }
}
