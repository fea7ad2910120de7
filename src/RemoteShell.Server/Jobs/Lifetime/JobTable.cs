using System.Collections.Concurrent;
using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>The jobs that run, and those that have ended and are not forgotten. An id is given once for each owner.</summary>
internal sealed class JobTable
{
    private readonly ConcurrentDictionary<(string Id, PublicKey Owner), Job> _jobs = new();
    private readonly ConcurrentDictionary<PublicKey, int> _open = new();

    /// <summary>All of them.</summary>
    public IEnumerable<Job> All => _jobs.Values;

    /// <summary>Those that have not ended.</summary>
    public IEnumerable<Job> Running => _jobs.Values.Where(job => !job.Completion.IsCompleted);

    /// <summary>Those that have not ended, and that end with the server.</summary>
    public IEnumerable<Job> EndingWithServer => Running.Where(job => !job.Record.Detached);

    /// <summary>Takes the job in; false where its owner has one of that id.</summary>
    public bool TryAdd(Job job) => _jobs.TryAdd((job.Id, job.Owner), job);

    /// <summary>Forgets a job; false where it was forgotten before.</summary>
    public bool Remove(Job job) => _jobs.TryRemove((job.Id, job.Owner), out _);

    /// <summary>The owner's job of that id.</summary>
    public Job? Find(string id, PublicKey owner) => _jobs.GetValueOrDefault((id, owner));

    /// <summary>The owner's jobs whose ids begin so; an id that is whole names one.</summary>
    public Job[] Match(string prefix, PublicKey owner)
        => Find(prefix, owner) is { } whole ? [whole] : [.. Of(owner).Where(job => job.Id.StartsWith(prefix, StringComparison.Ordinal))];

    /// <summary>The owner's jobs, the oldest first.</summary>
    public IEnumerable<Job> Of(PublicKey owner) => _jobs.Values.Where(job => job.Owner.Equals(owner)).OrderBy(job => job.Id, StringComparer.Ordinal);

    /// <summary>Counts a running job of that owner in; false where it is too many.</summary>
    public bool TryBegin(PublicKey owner, int most)
    {
        if (_open.AddOrUpdate(owner, 1, (_, count) => count + 1) <= most)
            return true;
        Finish(owner);
        return false;
    }

    /// <summary>Counts a job of that owner out.</summary>
    public void Finish(PublicKey owner) => _open.AddOrUpdate(owner, 0, (_, count) => count - 1);
}
