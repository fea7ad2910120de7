using RemoteShell.Fleet;
using RemoteShell.Protocol.Messages;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>What a run does on each of its hosts.</summary>
internal abstract class FleetWork : IAsyncDisposable
{
    /// <summary>What is done, for people.</summary>
    public abstract string Text { get; }

    /// <summary>Reads the command line and the configuration for each host, before anything starts.</summary>
    /// <exception cref="FormatException">They are wrong.</exception>
    public abstract void Prepare(IReadOnlyCollection<string> hosts);

    /// <summary>The id of the job on a host.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="host">The host.</param>
    public virtual string JobOf(string run, string host) => JobId.New();

    /// <summary>How many hosts at once, as this process can bear it.</summary>
    public virtual ScheduleOptions Limit(ScheduleOptions schedule, FleetScreen screen) => HostLimit.Apply(schedule, screen);

    /// <summary>Does what is done once for all hosts, before <see cref="RunAsync"/>.</summary>
    /// <param name="round">The run.</param>
    /// <param name="targets">The hosts.</param>
    public virtual Task BeginAsync(FleetRound round, IReadOnlyList<RunTarget> targets) => Task.CompletedTask;

    /// <summary>Says that each host has a verdict.</summary>
    public virtual void End()
    {
    }

    /// <summary>Does it on a host, or goes on with what an earlier client has begun, and keeps the verdict.</summary>
    /// <param name="round">The run.</param>
    /// <param name="target">The host.</param>
    public abstract Task<HostVerdict> RunAsync(FleetRound round, RunTarget target);

    /// <summary>Ends what an earlier client has begun on a host, and keeps the verdict.</summary>
    /// <param name="round">The run.</param>
    /// <param name="target">The host.</param>
    public abstract Task<HostVerdict> KillAsync(FleetRound round, RunTarget target);

    public virtual ValueTask DisposeAsync() => default;
}
