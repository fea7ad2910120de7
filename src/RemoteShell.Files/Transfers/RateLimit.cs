using System.Diagnostics;

namespace RemoteShell.Files.Transfers;

/// <summary>Spreads the bytes of a transfer evenly over the time.</summary>
/// <param name="rate">Bytes a second; 0: no limit.</param>
internal sealed class RateLimit(long rate)
{
    // After a pause, such as a lost connection, what was not sent is not made up for. This much makes up for the clock's steps.
    private static readonly TimeSpan MostCredit = TimeSpan.FromMilliseconds(250);

    private readonly long _start = Stopwatch.GetTimestamp();

    // When all bytes up to now may have been sent, since the start.
    private TimeSpan _due;

    /// <summary>Waits until this many bytes may be sent.</summary>
    public async ValueTask TakeAsync(int count, CancellationToken cancellationToken)
    {
        if (rate == 0)
            return;
        TimeSpan wait = Take(count, Stopwatch.GetElapsedTime(_start));
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes this many bytes, and returns how long to wait. Zero and less: not at all.</summary>
    /// <param name="count">The bytes.</param>
    /// <param name="now">The time since the start.</param>
    internal TimeSpan Take(int count, TimeSpan now)
    {
        TimeSpan earliest = now - MostCredit;
        _due = (_due > earliest ? _due : earliest) + TimeSpan.FromSeconds((double)count / rate);
        return _due - now;
    }
}
