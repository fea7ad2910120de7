namespace RemoteShell.Client.Connections;

/// <summary>Passes on the notices of the server, but not more than a person could read.</summary>
/// <remarks>The read loop of the connection calls it, one notice after the other.</remarks>
internal sealed class NoticeLimiter(Action<string> show, TimeProvider time)
{
    // A server limits each key to a burst of 5 notices; so many keys at once are unusual.
    private const int Burst = 100;
    private const double PerSecond = 10;

    private double _tokens = Burst;
    private long _last = time.GetTimestamp();
    private long _dropped;

    public void Show(string text)
    {
        _tokens = Math.Min(Burst, _tokens + (time.GetElapsedTime(_last).TotalSeconds * PerSecond));
        _last = time.GetTimestamp();
        if (_tokens < 1)
        {
            _dropped++;
            return;
        }

        _tokens--;
        if (_dropped > 0)
            show($"the server sent {_dropped} more notices, which are not shown");
        _dropped = 0;
        show(text);
    }
}
