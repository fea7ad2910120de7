using System.Diagnostics;

namespace RemoteShell.Files.Transfers;

/// <summary>Spreads the bytes of a transfer evenly over the time.</summary>
/// <param name="rate">Bytes a second; 0: no limit.</param>
internal sealed class RateLimit(long rate)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _bytes;

    /// <summary>Waits until this many bytes may be sent.</summary>
    public async ValueTask TakeAsync(int count, CancellationToken cancellationToken)
    {
        if (rate == 0)
            return;
        _bytes += count;
        TimeSpan ahead = TimeSpan.FromSeconds((double)_bytes / rate) - Stopwatch.GetElapsedTime(_start);
        if (ahead > TimeSpan.Zero)
            await Task.Delay(ahead, cancellationToken).ConfigureAwait(false);
    }
}
