using RemoteShell.Protocol.Messages;
using RemoteShell.Server.Jobs.Lifetime;

namespace RemoteShell.Server.Jobs.Persistence;

/// <summary>What the lines of a journal tell: the jobs, with their endings, and the ids of jobs that are not remembered.</summary>
internal sealed class JournalContent
{
    // Jobs. The oldest beyond that count as forgotten, so that a journal of any length takes bounded memory.
    private const int MaxJobs = JobJournal.MaxRecords;

    // Keys whose texts are kept once; more than any server has.
    private const int MaxOwners = 10_000;

    // A key's text is the same in each of its lines, and is kept once.
    private readonly Dictionary<string, string> _owners = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Id, string Owner), JournalLine> _jobs = [];
    private readonly Queue<(string Id, string Owner)> _oldest = new();
    private readonly Dictionary<(string Id, string Owner), long> _used = [];
    private readonly Queue<(string Id, string Owner)> _oldestUsed = new();
    private readonly Dictionary<string, long> _completeSince = new(StringComparer.Ordinal);

    /// <summary>A line for each job that began, the oldest first.</summary>
    public IEnumerable<JournalLine> Jobs => _oldest.Where(_jobs.ContainsKey).Select(job => _jobs[job]);

    /// <summary>The used ids, with the time at which the job was removed or forgotten, in ms since 1970-01-01 UTC.</summary>
    public IEnumerable<(string Id, string Owner, long Time)> Used
        => _oldestUsed.Where(_used.ContainsKey).Select(id => (id.Id, id.Owner, _used[id])).OrderBy(id => id.Item3);

    /// <summary>Whether ids may be missing that no line tells of.</summary>
    public bool HasGap { get; set; }

    /// <summary>Since when the ids of each key are all there, as lines of this boot tell.</summary>
    public IEnumerable<(string Owner, long Since)> Missing => _completeSince.Select(key => (key.Key, key.Value));

    /// <summary>Since when the ids of a key are all there; null if no line of this boot tells.</summary>
    public long? CompleteSince(string owner) => _completeSince.TryGetValue(owner, out long since) ? since : null;

    /// <summary>Adds a line.</summary>
    public void Add(JournalLine line)
    {
        string owner = OwnerOf(line);
        foreach ((string id, long time) in line.Used ?? new Dictionary<string, long>())
        {
            if (JobId.IsValid(id))
                AddUsed((id, owner), line.Written?.AsSetNow(time) ?? time);
        }

        if (line is { CompleteSince: { } since, Written.IsOfThisBoot: true })
            _completeSince[owner] = Math.Max(since, CompleteSince(owner) ?? since);

        if (line.Id is null || _used.ContainsKey((line.Id, owner)))
            return;
        if (line.Began is { } record)
            AddJob((line.Id, owner), line with { Owner = owner, Began = record with { Owner = owner } });
        else if (_jobs.TryGetValue((line.Id, owner), out JournalLine? begun))
            _jobs[(line.Id, owner)] = begun with { Session = line.Session ?? begun.Session, Ended = line.Ended ?? begun.Ended };
    }

    private string OwnerOf(JournalLine line)
    {
        if (_owners.TryGetValue(line.Owner, out string? known))
            return known;
        if (_owners.Count < MaxOwners)
            _owners[line.Owner] = line.Owner;
        return line.Owner;
    }

    private void AddJob((string Id, string Owner) job, JournalLine line)
    {
        // The first record counts: an id starts only one job.
        if (!_jobs.TryAdd(job, line))
            return;
        _oldest.Enqueue(job);
        while (_jobs.Count > MaxJobs && _oldest.TryDequeue(out (string Id, string Owner) oldest))
            AddUsed(oldest, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    private void AddUsed((string Id, string Owner) id, long time)
    {
        _jobs.Remove(id);
        if (!_used.TryAdd(id, time))
            return;
        _oldestUsed.Enqueue(id);
        if (_used.Count <= UsedIds.MaxInAll)
            return;
        _used.Remove(_oldestUsed.Dequeue());
        HasGap = true;
    }
}
