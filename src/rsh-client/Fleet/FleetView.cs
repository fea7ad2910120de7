using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>How a run shows the output of its hosts.</summary>
internal abstract class FleetView
{
    /// <summary>Where the output of a host goes as it comes. Called once for each host.</summary>
    public virtual HostView Begin(RunTarget target, int number) => HostView.Unseen;

    /// <summary>Shows what is to be shown when a host has ended. Called for one host after the other.</summary>
    public virtual Task EndAsync(HostVerdict verdict, KeptOutput kept) => Task.CompletedTask;

    /// <summary>Shows what is to be shown after all hosts.</summary>
    public virtual Task FinishAsync(RunTotals totals, KeptOutput kept) => Task.CompletedTask;
}
