namespace RemoteShell.Server.Audit;

/// <summary>Bounds the lines about clients that are not authorized. Thread-safe.</summary>
/// <remarks>Their number must not push older lines out of the journal.</remarks>
/// <param name="clock">The clock.</param>
internal sealed class RefusalBudget(TimeProvider clock)
{
    /// <summary>The lines in one minute.</summary>
    public const int LinesOfMinute = 300;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private DateTimeOffset _end;
    private int _lines;
    private long _leftOut;

    /// <summary>Takes a line.</summary>
    /// <returns>How many lines were left out before this one; null: leave this one out too.</returns>
    public long? Take()
    {
        lock (_gate)
        {
            DateTimeOffset now = clock.GetUtcNow();
            if (now >= _end)
                (_end, _lines) = (now + Window, 0);
            if (_lines >= LinesOfMinute)
            {
                _leftOut++;
                return null;
            }

            _lines++;
            long before = _leftOut;
            _leftOut = 0;
            return before;
        }
    }
}
