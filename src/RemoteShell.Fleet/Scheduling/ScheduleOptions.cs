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

    /// <summary>Hosts that an earlier client has begun. They come first, outside of batches, whatever fails. Default: none.</summary>
    public IReadOnlyList<RunTarget> Begun { get; init; } = [];

    /// <summary>How many hosts were not ok before. They count for <see cref="MaxFail"/>. Default: 0.</summary>
    public int Failed { get; init; }

    /// <summary>Whether only canaries have begun before: if one of them is not ok, all others are skipped. Default: no.</summary>
    public bool OnlyCanariesBegun { get; init; }

    /// <summary>These options for a run that an earlier client has begun.</summary>
    /// <remarks>What it has begun may run: it waits for no canary, and is collected also after too many have failed.</remarks>
    /// <param name="run">The run.</param>
    /// <param name="targets">The hosts of the run with which this client goes on.</param>
    public ScheduleOptions Resuming(KeptRun run, IReadOnlyList<RunTarget> targets)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(targets);
        HashSet<string> open = [.. targets.Select(target => target.Host)];
        RunTarget[] canaries = [.. run.Targets.Take(Canary)];
        bool onlyCanariesBegun = canaries.Length > 0 && !run.Targets.Skip(canaries.Length).Any(run.MayHaveBegun);
        return this with
        {
            Begun = [.. targets.Where(run.MayHaveBegun)],
            Failed = run.Verdicts.Count(verdict => verdict.Kind != VerdictKind.Ok && !open.Contains(verdict.Host)),
            Canary = onlyCanariesBegun ? canaries.Count(target => open.Contains(target.Host) && !run.MayHaveBegun(target)) : 0,
            OnlyCanariesBegun = onlyCanariesBegun,
            Batch = HostCount.Exactly(Batch.Of(run.Targets.Count)),
            MaxFail = HostCount.Exactly(MaxFail.Of(run.Targets.Count)),
        };
    }
}
