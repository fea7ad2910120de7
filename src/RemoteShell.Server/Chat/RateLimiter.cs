namespace RemoteShell.Server.Chat;

/// <summary>How fast one may go on: a burst, and then so much in each second. One at a time asks.</summary>
internal sealed class RateLimiter(int burst, double eachSecond)
{
    private double _left = burst;
    private long _at = Environment.TickCount64;

    /// <summary>Takes so much, which may be owed; returns how long to wait until it is paid.</summary>
    public TimeSpan Take(double amount)
    {
        Refill();
        _left -= amount;
        return _left >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_left / eachSecond);
    }

    /// <summary>Takes one where there is one.</summary>
    public bool TryTake()
    {
        Refill();
        if (_left < 1)
            return false;
        _left--;
        return true;
    }

    private void Refill()
    {
        long now = Environment.TickCount64;
        _left = Math.Min(burst, _left + ((now - _at) * eachSecond / 1000));
        _at = now;
    }
}
