using System.Diagnostics;

namespace RemoteShell.Cli.Client.Brokers;

/// <summary>Since when a broker is there, or away.</summary>
internal sealed class BrokerPresence
{
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private bool _isThere = true;
    private long _since = Stopwatch.GetTimestamp();

    /// <summary>Notes that the broker is there, or away, from now on.</summary>
    public void Note(bool isThere)
    {
        lock (_gate)
            (_isThere, _since) = (isThere, Stopwatch.GetTimestamp());
    }

    /// <summary>Whether the broker is there for this time, or away for that one.</summary>
    public bool Lasts(TimeSpan there, TimeSpan away)
    {
        lock (_gate)
            return Stopwatch.GetElapsedTime(_since) >= (_isThere ? there : away);
    }
}
