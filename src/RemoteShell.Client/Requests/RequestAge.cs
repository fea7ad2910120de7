using System.Diagnostics;

namespace RemoteShell.Client.Requests;

/// <summary>The time since a request may have been sent first, for <c>age</c>.</summary>
/// <remarks>Two clocks count: one stops while the machine sleeps, the other may be set back. The larger time is the safe one.</remarks>
internal sealed class RequestAge
{
    private readonly TimeSpan _before;
    private long? _begun;
    private DateTimeOffset _begunAt;

    private RequestAge(TimeSpan before) => _before = before;

    /// <summary>The age of a request that was not sent yet; it begins when it is first asked for.</summary>
    public static RequestAge OfNew() => new(TimeSpan.Zero);

    /// <summary>The age of a request that an earlier process may have sent so long ago.</summary>
    public static RequestAge Of(TimeSpan before)
    {
        var age = new RequestAge(before);
        age.Begin();
        return age;
    }

    /// <summary>The age now, in ms, rounded up.</summary>
    public long Now()
    {
        Begin();
        TimeSpan counted = Stopwatch.GetElapsedTime(_begun!.Value), told = DateTimeOffset.UtcNow - _begunAt;
        double milliseconds = Math.Ceiling(_before.TotalMilliseconds + Math.Max(counted.TotalMilliseconds, told.TotalMilliseconds));
        return (long)milliseconds;
    }

    private void Begin()
    {
        if (_begun is not null)
            return;
        (_begun, _begunAt) = (Stopwatch.GetTimestamp(), DateTimeOffset.UtcNow);
    }
}
