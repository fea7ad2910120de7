using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Jobs.Lifetime;

/// <summary>The ids of jobs that were removed or forgotten, and whose clients may still repeat their requests.</summary>
/// <remarks>
/// An id that was used starts nothing again. It also knows since when its ids are all there: before that, an id that it does not have may
/// have been used. Thread-safe.
/// </remarks>
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
    private long _completeSince = long.MinValue;

    /// <summary>Whether the key has used the id.</summary>
    public bool Contains(string id, PublicKey owner)
    {
        lock (_gate)
            return _keys.TryGetValue(owner, out KeyIds? own) && own.Ids.Contains(id);
    }

    /// <summary>Whether an id that is not here was not used by the key at that moment or later.</summary>
    /// <param name="moment">A time of <see cref="SystemClock"/>.</param>
    /// <param name="owner">The key.</param>
    public bool IsCompleteSince(long moment, PublicKey owner)
    {
        long kept = SystemClock.Now - (long)KeepTime.TotalMicroseconds;
        lock (_gate)
        {
            long own = _keys.TryGetValue(owner, out KeyIds? ids) ? ids.CompleteSince : long.MinValue;
            return moment > Math.Max(kept, Math.Max(own, _completeSince));
        }
    }

    /// <summary>Notes that ids of all keys that were used up to a moment may be missing.</summary>
    public void MarkMissing(long moment)
    {
        lock (_gate)
            _completeSince = Math.Max(_completeSince, moment);
    }

    /// <summary>Notes that ids of a key that were used up to a moment may be missing.</summary>
    public void MarkMissing(long moment, PublicKey owner)
    {
        lock (_gate)
            MarkMissing(moment, Of(owner));
    }

    /// <summary>Since when the ids are all there: of all keys (null), and of each key of which later ones are missing.</summary>
    public IReadOnlyList<(PublicKey? Owner, long Since)> CompleteSince()
    {
        lock (_gate)
        {
            return
            [
                (null, _completeSince),
                .. from key in _keys
                   where key.Value.CompleteSince > _completeSince
                   select ((PublicKey?)key.Key, key.Value.CompleteSince),
            ];
        }
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
            KeyIds own = Of(owner);
            if (!own.Ids.Add(id))
                return;
            own.Oldest.Enqueue((id, SystemClock.Now - (long)age.TotalMicroseconds));
            _count++;
            if (own.Ids.Count > MaxOfKey)
                DropEarly(own);
            else if (_count > MaxInAll)
                DropEarly(_keys.Values.MaxBy(key => key.Ids.Count)!);
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
    private KeyIds Of(PublicKey owner)
    {
        if (_keys.TryGetValue(owner, out KeyIds? own))
            return own;
        own = new();
        _keys[owner] = own;
        return own;
    }

    // The caller holds _gate. The id was used before its job was removed.
    private void DropEarly(KeyIds own) => MarkMissing(DropOldest(own), own);

    // The caller holds _gate.
    private long DropOldest(KeyIds own)
    {
        (string id, long since) = own.Oldest.Dequeue();
        own.Ids.Remove(id);
        _count--;
        return since;
    }

    // The caller holds _gate.
    private static void MarkMissing(long moment, KeyIds own) => own.CompleteSince = Math.Max(own.CompleteSince, moment);

    private sealed class KeyIds
    {
        public HashSet<string> Ids { get; } = new(StringComparer.Ordinal);

        public Queue<(string Id, long Since)> Oldest { get; } = new();

        public long CompleteSince { get; set; } = long.MinValue;
    }
}
