namespace RemoteShell.Server.Admin;

/// <summary>A penalty in a <see cref="ServerStatus"/>.</summary>
public sealed record PenaltyStatus
{
    /// <summary>The address that is refused, or the IPv6 network, such as <c>2001:db8::/64</c>.</summary>
    public required string From { get; init; }

    /// <summary>For how many milliseconds it is still refused.</summary>
    public long LeftMs { get; init; }

    /// <summary>What its client did last, for people.</summary>
    public required string Cause { get; init; }

    /// <summary>How many connections were refused.</summary>
    public long Refused { get; init; }
}
