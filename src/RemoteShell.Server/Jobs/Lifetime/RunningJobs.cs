using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>Counts the running jobs of each key, and the memory of their commands and environments. Thread-safe.</summary>
/// <remarks>What starts a process holds its command and its environment until the process has ended.</remarks>
/// <param name="maxJobs">Returns how many jobs of a key may run. Called for each job.</param>
internal sealed class RunningJobs(Func<int> maxJobs)
{
    /// <summary>Bytes of memory that the commands and environments of a key's running jobs may take.</summary>
    public const long MaxBytes = 64L << 20;

    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Dictionary<PublicKey, (int Jobs, long Bytes)> _running = [];

    /// <summary>Counts a job, unless its owner would exceed a limit.</summary>
    /// <param name="owner">The key that starts the job.</param>
    /// <param name="bytes">The memory that its command and its environment take.</param>
    /// <param name="ownMaxJobs">How many jobs of this key may run; null: as many as of any.</param>
    /// <returns>The limit that would be exceeded, for people; null if the job is counted.</returns>
    public string? Begin(PublicKey owner, long bytes, int? ownMaxJobs)
    {
        lock (_gate)
        {
            (int jobs, long taken) = _running.GetValueOrDefault(owner);
            if (jobs >= Math.Min(ownMaxJobs ?? int.MaxValue, maxJobs()))
                return $"this key already runs {jobs} jobs";
            if (taken + bytes > MaxBytes)
                return $"the commands and environments of this key's running jobs take more than {MaxBytes >> 20} MiB";
            _running[owner] = (jobs + 1, taken + bytes);
            return null;
        }
    }

    /// <summary>Counts a job that an earlier server started, also one over a limit.</summary>
    public void Continue(PublicKey owner)
    {
        lock (_gate)
        {
            (int jobs, long taken) = _running.GetValueOrDefault(owner);
            _running[owner] = (jobs + 1, taken);
        }
    }

    /// <summary>Ends the counting of a job.</summary>
    public void End(PublicKey owner, long bytes)
    {
        lock (_gate)
        {
            (int jobs, long taken) = _running[owner];
            if (jobs == 1)
                _running.Remove(owner);
            else
                _running[owner] = (jobs - 1, taken - bytes);
        }
    }
}
