using System.Diagnostics;

namespace RemoteShell.Server.Processes.Unix;

/// <summary>Reads something of the system that takes time. Callers at the same time share a reading: many jobs may end at once.</summary>
/// <param name="read">Reads it.</param>
internal sealed class SharedReading<T>(Func<T> read)
{
    private readonly SemaphoreSlim _reading = new(1);

    // Guarded by _reading: the last reading, and when it began.
    private T? _last;
    private long _lastBegan = long.MinValue;

    /// <summary>Returns a reading that is no older than the call.</summary>
    public async Task<T> ReadAsync()
    {
        long called = Stopwatch.GetTimestamp();
        await _reading.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_lastBegan < called)
            {
                long began = Stopwatch.GetTimestamp();
                _last = read();
                _lastBegan = began;
            }

            return _last!;
        }
        finally
        {
            _reading.Release();
        }
    }
}
