using System.Text;
using RemoteShell.Client;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Shows equal output once, under the set of its hosts, after all hosts have ended.</summary>
/// <remarks>Equal is what has the same digest. Standard output and standard error are grouped each for itself.</remarks>
/// <param name="screen">Where it is shown.</param>
internal sealed class GroupView(FleetScreen screen) : GroupingView
{
    private static readonly byte[] Rule = Encoding.UTF8.GetBytes($"{new string('-', 15)}\n");

    protected override async Task ShowAsync(IReadOnlyList<OutputGroup> groups, OutputStream stream, KeptOutput kept)
    {
        foreach (OutputGroup group in groups.Where(group => group.Bytes > 0))
        {
            await screen.WriteAsync(stream, HeadOf(group));
            var shown = new WholeLines(new ScreenStream(screen, stream));
            await kept.CopyAsync(group.Hosts[0], stream, shown);
            shown.Complete();
        }
    }

    // As clush shows the set of the hosts of a group.
    private static byte[] HeadOf(OutputGroup group)
    {
        string count = group.Hosts.Count == 1 ? "" : $" ({group.Hosts.Count})";
        return [.. Rule, .. Encoding.UTF8.GetBytes($"{NodeSet.Fold(group.Hosts)}{count}\n"), .. Rule];
    }
}
