namespace RemoteShell.Server.Jobs.Output;

/// <summary>Limits the bytes on disk that hold output no client has taken: for each job, and for all jobs together.</summary>
/// <param name="perJob">Returns the limit of each job, in bytes.</param>
/// <param name="total">Returns the limit of all jobs together, in bytes.</param>
internal sealed class OutputQuota(Func<long> perJob, Func<long> total)
{
    private long _used;

    /// <summary>The limit of each job, in bytes.</summary>
    public long PerJob => perJob();

    /// <summary>The limit of all jobs together, in bytes.</summary>
    public long Total => total();

    /// <summary>Bytes reserved by spill files.</summary>
    /// <remarks>Detached jobs are measured by <c>QuotaEnforcer</c> and are counted in <see cref="Detached"/>.</remarks>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Bytes in the files of detached jobs, at the last measurement.</summary>
    public long Detached { get; set; }

    /// <summary>Reserves bytes for a job; false if a limit would be exceeded.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="has">How many the job has already.</param>
    /// <param name="ownLimit">The limit of this job; null: that of each job.</param>
    public bool TryTake(long bytes, long has, long? ownLimit)
    {
        if (has + bytes > (ownLimit ?? PerJob))
            return false;
        if (Interlocked.Add(ref _used, bytes) + Detached <= Total)
            return true;
        Return(bytes);
        return false;
    }

    /// <summary>Returns reserved bytes.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _used, -bytes);
}
