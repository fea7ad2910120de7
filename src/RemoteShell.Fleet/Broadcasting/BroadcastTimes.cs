namespace RemoteShell.Fleet;

/// <summary>Until when a broadcast starts its command, and how long its output is kept.</summary>
public sealed record BroadcastTimes
{
    /// <summary>How long hosts may start the command. Default: 15 s. At most 7 days.</summary>
    public TimeSpan Start { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a server keeps output that does not fit into a result. Default: 1 day.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(1);
}
