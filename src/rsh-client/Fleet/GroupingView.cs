using RemoteShell.Client;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Groups the hosts by their output, after all of them have ended.</summary>
/// <remarks>Output with one digest is equal. Standard output and standard error are grouped each for itself.</remarks>
internal abstract class GroupingView : FleetView
{
    public override async Task FinishAsync(RunTotals totals, KeptOutput kept)
    {
        foreach (OutputStream stream in (OutputStream[])[OutputStream.StandardOutput, OutputStream.StandardError])
            await ShowAsync(OutputGroup.Of(kept.Run.Verdicts, stream), stream, kept);
    }

    /// <summary>Shows the groups of a stream.</summary>
    protected abstract Task ShowAsync(IReadOnlyList<OutputGroup> groups, OutputStream stream, KeptOutput kept);
}
