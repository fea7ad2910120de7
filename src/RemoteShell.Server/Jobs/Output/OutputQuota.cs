namespace RemoteShell.Server.Jobs.Output;

/// <summary>Bytes on disk that hold what jobs have written and nobody has taken: for each job, and for all of them together.</summary>
/// <param name="job">For each job.</param>
/// <param name="total">For all.</param>
internal sealed class OutputQuota(long job, long total)
{
    private long _used;

    /// <summary>For each job.</summary>
    public long Job => job;

    /// <summary>For all.</summary>
    public long Total => total;

    /// <summary>In use by those whom nobody measures but themselves.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>In use by the jobs whose output goes to files of their own, as it was measured last.</summary>
    public long Detached { get; set; }

    /// <summary>Takes bytes for a job that has so many already; false where that is too many.</summary>
    public bool TryTake(long bytes, long has)
    {
        if (has + bytes > job)
            return false;
        if (Interlocked.Add(ref _used, bytes) + Detached <= total)
            return true;
        Return(bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _used, -bytes);
}
