namespace RemoteShell.Fleet;

/// <summary>In which order and how many at once the hosts of a run are begun.</summary>
public sealed record ScheduleOptions
{
    /// <summary>The most hosts at once. Default: 64.</summary>
    public int Fanout { get; init; } = 64;

    /// <summary>How many hosts come first, alone. If one of them is not ok, the others are skipped. Default: 0.</summary>
    public int Canary { get; init; }

    /// <summary>The size of a batch: the next batch begins after the last host of a batch has ended. Default: all hosts.</summary>
    /// <remarks>At least one host.</remarks>
    public HostCount Batch { get; init; } = HostCount.Percent(100);

    /// <summary>The time between two batches, and after the canary. Default: none.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>How many hosts may fail. After one more, no host is begun. Default: all.</summary>
    public HostCount MaxFail { get; init; } = HostCount.Percent(100);
}
