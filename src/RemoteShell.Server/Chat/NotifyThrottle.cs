using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Chat;

/// <summary>Limits the rate of notices, and recognizes repeated ones.</summary>
internal sealed class NotifyThrottle
{
    // Per key: 5 notices, then one every 2 s.
    private const int Burst = 5;
    private const double PerSecond = 0.5;

    private const int MaxRemembered = 1024;

    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly HashSet<(PublicKey Key, string Id)> _shown = [];
    private readonly Queue<(PublicKey Key, string Id)> _oldest = new();
    private readonly Dictionary<PublicKey, RateLimiter> _limiters = [];

    /// <summary>Decides whether to show a notice, and counts it.</summary>
    /// <remarks>
    /// A client repeats its request after a cut, with the same id: the notice was shown then. A refused notice is not remembered.
    /// </remarks>
    public ThrottleVerdict Check(PublicKey key, string id)
    {
        lock (_gate)
        {
            if (_shown.Contains((key, id)))
                return ThrottleVerdict.Known;
            if (!_limiters.TryGetValue(key, out RateLimiter? limiter))
            {
                limiter = new(Burst, PerSecond);
                _limiters[key] = limiter;
            }

            if (!limiter.TryTake())
                return ThrottleVerdict.TooMany;
            _shown.Add((key, id));
            _oldest.Enqueue((key, id));
            if (_oldest.Count > MaxRemembered)
                _shown.Remove(_oldest.Dequeue());
            return ThrottleVerdict.New;
        }
    }
}
