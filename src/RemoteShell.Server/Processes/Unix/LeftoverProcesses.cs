using System.Globalization;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Finds the processes of jobs: by their session, by <c>RSH_JOB</c> in their environment, and by their control group.</summary>
internal static class LeftoverProcesses
{
    private const string Variable = "RSH_JOB=";
    private const int Kill = 9;
    private const int Term = 15;

    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(50);

    private static readonly SharedReading<List<(ProcessEntry Process, string JobId)>> Marked = new(ReadMarked);

    /// <summary>Ends the processes that outlived their server: TERM first, KILL after the grace.</summary>
    /// <param name="jobs">Jobs of this boot of the system.</param>
    /// <param name="grace">The time between TERM and KILL.</param>
    /// <param name="found">Is called for each process, with the id of its job, before the process gets TERM.</param>
    public static async Task EndAsync(IReadOnlyCollection<LeftoverJob> jobs, TimeSpan grace, Action<ProcessEntry, string> found)
    {
        var known = new Dictionary<(int, string), (ProcessEntry Process, string JobId)>();
        if (await IsEmptyWithinAsync(jobs, known, grace, Ask))
            return;
        // A process may fork while the others are killed. One that KILL does not end, inside a system call, is left after a second grace.
        await IsEmptyWithinAsync(jobs, known, grace, (process, _) => ProcessSignal.TrySend(process, Kill));

        void Ask(ProcessEntry process, string job)
        {
            if (!known.TryAdd((process.Pid, process.Start), (process, job)))
                return;
            found(process, job);
            ProcessSignal.TrySend(process, Term);
        }
    }

    /// <summary>The processes of the given jobs that run, with the id of the job; none on a system without /proc.</summary>
    public static IReadOnlyList<(ProcessEntry Process, string JobId)> Of(IReadOnlyCollection<LeftoverJob> jobs)
    {
        if (jobs.Count == 0 || !ProcessTable.IsAvailable)
            return [];
        IReadOnlyList<ProcessEntry> all = ProcessTable.Read();
        var owners = new Dictionary<int, string>();
        var ids = jobs.Select(job => job.Id).ToHashSet(StringComparer.Ordinal);
        foreach (ProcessEntry process in all.Where(process => process.IsAlive))
        {
            if (JobOf(process.Pid) is { } id && ids.Contains(id))
                owners[process.Pid] = id;
        }

        foreach (LeftoverJob job in jobs)
        {
            foreach (ProcessEntry member in job.Session?.Members(all) ?? [])
                owners.TryAdd(member.Pid, job.Id);
            foreach (int pid in job.Group?.Members() ?? new HashSet<int>())
                owners.TryAdd(pid, job.Id);
        }

        // A server may have been started by a command of the earlier one. It ends neither itself nor what it was started from.
        int session = all.FirstOrDefault(process => process.Pid == Environment.ProcessId).Session;
        return
        [
            .. from process in all
               where process.IsAlive && process.Session != session && process.Pid != Environment.ProcessId
               where owners.ContainsKey(process.Pid)
               select (process, owners[process.Pid]),
        ];
    }

    /// <summary>The processes of a job that run, as their environment tells: also those that have left its session.</summary>
    /// <remarks>Jobs that end at the same time share what is read of the environments.</remarks>
    public static async Task<IReadOnlyList<ProcessEntry>> OfEnvironmentAsync(string job)
        => [.. (await Marked.ReadAsync()).Where(found => found.JobId == job).Select(found => found.Process)];

    // Looks at least twice, however slow the system is. A process that was found once stays found: what proved whose it is may end first.
    private static async Task<bool> IsEmptyWithinAsync(
        IReadOnlyCollection<LeftoverJob> jobs,
        IReadOnlyDictionary<(int, string), (ProcessEntry Process, string JobId)> known,
        TimeSpan time,
        Action<ProcessEntry, string> forEach)
    {
        long end = Environment.TickCount64 + (long)time.TotalMilliseconds;
        bool isLate = false;
        while (true)
        {
            (ProcessEntry Process, string JobId)[] left = [.. Of(jobs).UnionBy(known.Values.Where(IsLeft), found => found.Process.Pid)];
            if (left.Length == 0)
            {
                foreach (LeftoverJob job in jobs)
                    job.Group?.TryRemove();
                return true;
            }

            foreach ((ProcessEntry process, string job) in left)
                forEach(process, job);
            if (isLate)
                return false;
            await Task.Delay(CheckInterval);
            isLate = Environment.TickCount64 >= end;
        }

        static bool IsLeft((ProcessEntry Process, string JobId) found)
            => ProcessEntry.Read(found.Process.Pid) is { IsAlive: true } now && now.Start == found.Process.Start;
    }

    // The processes that run and have the variable, whatever its value, with that value.
    private static List<(ProcessEntry Process, string JobId)> ReadMarked()
    {
        List<(ProcessEntry Process, string JobId)> marked = [];
        IReadOnlyList<ProcessEntry> all = ProcessTable.Read();
        int session = all.FirstOrDefault(process => process.Pid == Environment.ProcessId).Session;
        foreach (ProcessEntry process in all.Where(process => process.IsAlive && process.Session != session))
        {
            if (process.Pid != Environment.ProcessId && JobOf(process.Pid) is { } id)
                marked.Add((process, id));
        }

        return marked;
    }

    private static string? JobOf(int pid)
    {
        try
        {
            string[] variables = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/environ").Split('\0');
            return variables.FirstOrDefault(variable => variable.StartsWith(Variable, StringComparison.Ordinal))?[Variable.Length..];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's process, or one that is gone.
            return null;
        }
    }
}
