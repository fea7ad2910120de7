using System.Collections.Concurrent;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Jobs;

/// <summary>The jobs that run now. An id is given once for each owner.</summary>
internal sealed class JobTable
{
    private readonly ConcurrentDictionary<(string Id, PublicKey Owner), Job> _jobs = new();

    /// <summary>How many run.</summary>
    public int Count => _jobs.Count;

    /// <summary>Takes the job in; false where its owner has one of that id.</summary>
    public bool TryAdd(Job job) => _jobs.TryAdd((job.Id, job.Owner), job);

    /// <summary>Forgets a job that has ended.</summary>
    public void Remove(Job job) => _jobs.TryRemove((job.Id, job.Owner), out _);

    /// <summary>Ends all of them.</summary>
    public void EndAll(EndCause cause)
    {
        foreach (Job job in _jobs.Values)
            job.End(cause);
    }
}
