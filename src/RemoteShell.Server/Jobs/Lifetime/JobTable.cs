using System.Collections.Concurrent;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>The jobs that run, and those that have ended and are still remembered. A job's id is unique for its owner.</summary>
internal sealed class JobTable
{
    private readonly ConcurrentDictionary<(string Id, PublicKey Owner), Job> _jobs = new();
    private readonly ConcurrentDictionary<PublicKey, PublicKey> _owners = new();

    /// <summary>All jobs.</summary>
    public IEnumerable<Job> All => _jobs.Values;

    /// <summary>The jobs that have not ended.</summary>
    public IEnumerable<Job> Running => _jobs.Values.Where(job => !job.Completion.IsCompleted);

    /// <summary>The jobs that have not ended and that end with the server.</summary>
    public IEnumerable<Job> EndingWithServer => Running.Where(job => !job.Record.Detached);

    /// <summary>The one object that stands for the key in all of its jobs: each connection brings an object of its own.</summary>
    public PublicKey Known(PublicKey owner) => _owners.GetOrAdd(owner, owner);

    /// <summary>Adds the job; false if its owner has a job with that id.</summary>
    public bool TryAdd(Job job) => _jobs.TryAdd((job.Id, job.Owner), job);

    /// <summary>Removes the job; false if it was removed before.</summary>
    public bool Remove(Job job) => _jobs.TryRemove((job.Id, job.Owner), out _);

    /// <summary>The owner's job with that id; null if there is none.</summary>
    public Job? Find(string id, PublicKey owner) => _jobs.GetValueOrDefault((id, owner));

    /// <summary>The owner's jobs whose ids start with the prefix; only one job if the prefix is a whole id.</summary>
    public Job[] Match(string prefix, PublicKey owner)
    {
        if (Find(prefix, owner) is { } whole)
            return [whole];
        return [.. Of(owner).Where(job => job.Id.StartsWith(prefix, StringComparison.Ordinal))];
    }

    /// <summary>The owner's jobs, the oldest first.</summary>
    public IEnumerable<Job> Of(PublicKey owner) => _jobs.Values
        .Where(job => job.Owner.Equals(owner))
        .OrderBy(job => job.Record.Started)
        .ThenBy(job => job.Id, StringComparer.Ordinal);
}
