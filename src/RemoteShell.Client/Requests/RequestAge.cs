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

    /// <summary>Whether an earlier process may have sent the request.</summary>
    public bool IsOfRepetition { get; private init; }

    /// <summary>The age of a request that was not sent yet; it begins when it is first asked for.</summary>
    public static RequestAge OfNew() => new(TimeSpan.Zero);

    /// <summary>The age of a request that an earlier process may have sent so long ago.</summary>
    public static RequestAge Of(TimeSpan before)
    {
        var age = new RequestAge(before) { IsOfRepetition = true };
        age.Begin();
        return age;
    }

    /// <summary>The age now, in ms, rounded up.</summary>
    public long Now()
    {
        if (_begun is not { } begun)
        {
            Begin();
            return 0;
        }

        TimeSpan counted = Stopwatch.GetElapsedTime(begun), told = DateTimeOffset.UtcNow - _begunAt;
        return (long)Math.Ceiling((_before + (counted > told ? counted : told)).TotalMilliseconds);
    }

    private void Begin() => (_begun, _begunAt) = (Stopwatch.GetTimestamp(), DateTimeOffset.UtcNow);
}
