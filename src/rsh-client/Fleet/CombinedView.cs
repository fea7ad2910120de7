using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Several views at once.</summary>
/// <param name="views">The views; the first one shows the output as it comes.</param>
internal sealed class CombinedView(params IReadOnlyList<FleetView> views) : FleetView
{
    public override HostView Begin(RunTarget target, int number) => views[0].Begin(target, number);

    public override async Task EndAsync(HostVerdict verdict, KeptOutput kept)
    {
        foreach (FleetView view in views)
            await view.EndAsync(verdict, kept);
    }

    public override async Task FinishAsync(RunTotals totals, KeptOutput kept)
    {
        foreach (FleetView view in views)
            await view.FinishAsync(totals, kept);
    }
}
