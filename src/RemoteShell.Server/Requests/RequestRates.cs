using RemoteShell.Protocol.Transport;
using RemoteShell.Server.Authentication;
using RemoteShell.Server.Authentication.Rules;
using RemoteShell.Server.Chat;

namespace RemoteShell.Server.Requests;

/// <summary>Limits the requests of each key to the <c>rate=</c> of its line. Thread-safe.</summary>
internal sealed class RequestRates
{
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private readonly Dictionary<PublicKey, (KeyRate Rate, RateLimiter Limiter)> _limiters = [];

    /// <summary>Counts a request.</summary>
    /// <returns>How long to wait until the next is possible; zero if this one is counted.</returns>
    public TimeSpan Take(AuthorizedKey key)
    {
        if (key.Rate is not { } rate)
            return TimeSpan.Zero;
        lock (_gate)
        {
            // A line with another rate starts with no requests counted.
            if (!_limiters.TryGetValue(key.Key, out (KeyRate Rate, RateLimiter Limiter) own) || own.Rate != rate)
                _limiters[key.Key] = own = (rate, new(rate.Count, rate.PerSecond));
            return own.Limiter.TryTake() ? TimeSpan.Zero : own.Limiter.Wait();
        }
    }
}
