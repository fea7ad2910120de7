using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>What a run does on each of its hosts.</summary>
internal abstract class FleetWork
{
    /// <summary>What is done, for people.</summary>
    public abstract string Text { get; }

    /// <summary>Reads the command line and the configuration for each host, before anything starts.</summary>
    /// <exception cref="FormatException">They are wrong.</exception>
    public abstract void Prepare(IEnumerable<string> hosts);

    /// <summary>Does it on a host, or goes on with what an earlier client has begun, and keeps the verdict.</summary>
    /// <param name="round">The run.</param>
    /// <param name="target">The host.</param>
    public abstract Task<HostVerdict> RunAsync(FleetRound round, RunTarget target);

    /// <summary>Ends what an earlier client has begun on a host, and keeps the verdict.</summary>
    /// <param name="round">The run.</param>
    /// <param name="target">The host.</param>
    public abstract Task<HostVerdict> KillAsync(FleetRound round, RunTarget target);
}
