using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>The ids of jobs that were removed or forgotten, and whose clients may still repeat their requests.</summary>
/// <remarks>An id that was used starts nothing again. Thread-safe.</remarks>
internal sealed class UsedIds
{
    /// <summary>Ids of one key. Beyond that the oldest id of the key is dropped.</summary>
    public const int MaxOfKey = 65_536;

    /// <summary>Ids of all keys. Beyond that the oldest id of the key that has the most is dropped.</summary>
    public const int MaxInAll = 524_288;

    /// <summary>How long an id is kept after its job was removed or forgotten.</summary>
    public static readonly TimeSpan KeepTime = TimeSpan.FromDays(7);

    private readonly Lock _gate = new();

    // Guarded by _gate. The times are of SystemClock.
    private readonly Dictionary<PublicKey, KeyIds> _keys = [];
    private int _count;

    /// <summary>Whether the key has used the id.</summary>
    public bool Contains(string id, PublicKey owner)
    {
        lock (_gate)
            return _keys.TryGetValue(owner, out KeyIds? own) && own.Ids.Contains(id);
    }

    /// <summary>Adds an id. Ids that an earlier server has kept are added first, the oldest first.</summary>
    /// <param name="id">The id.</param>
    /// <param name="owner">The key that used the id.</param>
    /// <param name="age">How long ago the job was removed or forgotten.</param>
    public void Add(string id, PublicKey owner, TimeSpan age = default)
    {
        if (age > KeepTime)
            return;
        lock (_gate)
        {
            if (!_keys.TryGetValue(owner, out KeyIds? own))
            {
                own = new();
                _keys[owner] = own;
            }

            if (!own.Ids.Add(id))
                return;
            own.Oldest.Enqueue((id, SystemClock.Now - (long)age.TotalMicroseconds));
            _count++;
            if (own.Ids.Count > MaxOfKey)
                DropOldest(own);
            else if (_count > MaxInAll)
                DropOldest(_keys.Values.MaxBy(key => key.Ids.Count)!);
        }
    }

    /// <summary>Drops the ids that are older than <see cref="KeepTime"/>.</summary>
    public void Expire()
    {
        lock (_gate)
        {
            foreach (KeyIds own in _keys.Values)
            {
                while (own.Oldest.TryPeek(out (string Id, long Since) first) && SystemClock.Since(first.Since) > KeepTime)
                    DropOldest(own);
            }
        }
    }

    /// <summary>The ids of each key, the oldest first, with the time since the job was removed or forgotten.</summary>
    public IReadOnlyList<(PublicKey Owner, (string Id, TimeSpan Age)[] Ids)> List()
    {
        lock (_gate)
            return [.. _keys.Select(key => (key.Key, key.Value.Oldest.Select(one => (one.Id, SystemClock.Since(one.Since))).ToArray()))];
    }

    // The caller holds _gate.
    private void DropOldest(KeyIds own)
    {
        own.Ids.Remove(own.Oldest.Dequeue().Id);
        _count--;
    }

    private sealed class KeyIds
    {
        public HashSet<string> Ids { get; } = new(StringComparer.Ordinal);

        public Queue<(string Id, long Since)> Oldest { get; } = new();
    }
}
