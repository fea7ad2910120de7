using RemoteShell.Protocol.Transport;

namespace RemoteShell.Server.Connections;

/// <summary>The penalties of one address or network.</summary>
/// <remarks>
/// The times of penalties add up, and pass. Once they make up <see cref="Least"/> together, the penalty is in force until its end. Each
/// time that it came into force doubles the further penalties, until <see cref="Memory"/> has passed without one.
/// </remarks>
internal sealed class PenaltyRecord
{
    /// <summary>A shorter penalty does not refuse connections.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(15);

    /// <summary>No penalty lasts longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>How long after its end a penalty still doubles the next one.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    // 15 s doubled so often are longer than Longest.
    private const int MostDoublings = 10;

    private int _timesInForce;
    private bool _isInForce;

    /// <summary>When the penalty ends, as the time since the start of the clock.</summary>
    public TimeSpan End { get; private set; }

    /// <summary>The last cause.</summary>
    public PenaltyCause Cause { get; private set; } = PenaltyCause.Unauthorized;

    /// <summary>The key that the client of the last penalty showed, and when; null if it showed none.</summary>
    public (PublicKey Key, TimeSpan At)? Shown { get; set; }

    /// <summary>How many connections the penalty has refused.</summary>
    public long Refused { get; set; }

    /// <summary>When a refused connection was last logged; null if none was.</summary>
    public TimeSpan? Logged { get; set; }

    /// <summary>Adds a penalty.</summary>
    /// <param name="cause">Its cause.</param>
    /// <param name="time">Its time, before it is doubled.</param>
    /// <param name="now">The time since the start of the clock.</param>
    public void Add(PenaltyCause cause, TimeSpan time, TimeSpan now)
    {
        Settle(now);
        Cause = cause;
        TimeSpan left = (End > now ? End - now : TimeSpan.Zero) + (time * (1 << _timesInForce));
        End = now + (left < Longest ? left : Longest);
        if (_isInForce || left < Least)
            return;
        _isInForce = true;
        _timesInForce = Math.Min(_timesInForce + 1, MostDoublings);
    }

    /// <summary>Whether connections are refused.</summary>
    public bool IsInForce(TimeSpan now) => _isInForce && now < End;

    /// <summary>Whether nothing of it matters any more.</summary>
    public bool IsOver(TimeSpan now) => now >= (_timesInForce > 0 ? End + Memory : End);

    private void Settle(TimeSpan now)
    {
        if (now >= End)
            (_isInForce, Refused, Logged) = (false, 0, null);
        if (now >= End + Memory)
            _timesInForce = 0;
    }
}
