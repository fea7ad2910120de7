namespace RemoteShell.Server.Chat;

/// <summary>A token bucket. Not thread-safe.</summary>
/// <param name="burst">The size of the bucket, in tokens.</param>
/// <param name="perSecond">Tokens that are added in a second.</param>
internal sealed class RateLimiter(int burst, double perSecond)
{
    private double _tokens = burst;
    private long _refilledAt = Environment.TickCount64;

    /// <summary>Takes tokens, also more than there are.</summary>
    /// <returns>How long to wait until the debt is paid.</returns>
    public TimeSpan Take(double count)
    {
        Refill();
        _tokens -= count;
        return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / perSecond);
    }

    /// <summary>Takes a token, if there is one.</summary>
    public bool TryTake()
    {
        Refill();
        if (_tokens < 1)
            return false;
        _tokens--;
        return true;
    }

    /// <summary>How long until a token can be taken.</summary>
    public TimeSpan Wait()
    {
        Refill();
        return _tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - _tokens) / perSecond);
    }

    private void Refill()
    {
        long now = Environment.TickCount64;
        _tokens = Math.Min(burst, _tokens + ((now - _refilledAt) * perSecond / 1000));
        _refilledAt = now;
    }
}
