using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Chat;

/// <summary>Which lines were shown to everybody, and how many more one may show.</summary>
internal sealed class NotifyThrottle
{
    // A wall that everybody writes on is no wall.
    private const int Burst = 5;
    private const double EachSecond = 0.5;
    private const int MostRemembered = 1024;

    private readonly Lock _gate = new();

    // Under _gate.
    private readonly HashSet<(PublicKey Key, string Id)> _shown = [];
    private readonly Queue<(PublicKey Key, string Id)> _oldest = new();
    private readonly Dictionary<PublicKey, RateLimiter> _paces = [];

    /// <summary>Whether a line of that key is to be shown now. One that is asked for again after a cut was shown before, and one beyond what the key may show is remembered by nobody.</summary>
    public ThrottleVerdict Judge(PublicKey key, string id)
    {
        lock (_gate)
        {
            if (_shown.Contains((key, id)))
                return ThrottleVerdict.Known;
            if (!_paces.TryGetValue(key, out RateLimiter? pace))
                pace = _paces[key] = new(Burst, EachSecond);
            if (!pace.TryTake())
                return ThrottleVerdict.TooMany;
            _shown.Add((key, id));
            _oldest.Enqueue((key, id));
            if (_oldest.Count > MostRemembered)
                _shown.Remove(_oldest.Dequeue());
            return ThrottleVerdict.New;
        }
    }
}

/// <summary>What becomes of a line for everybody.</summary>
internal enum ThrottleVerdict
{
    /// <summary>It is to be shown.</summary>
    New,

    /// <summary>It was shown.</summary>
    Known,

    /// <summary>It is refused.</summary>
    TooMany,
}
