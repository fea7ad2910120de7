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

    protected override async Task ShowAsync(IReadOnlyList<OutputGroup> groups, OutputStream stream, KeptRun run)
    {
        foreach (OutputGroup group in groups.Where(group => group.Bytes > 0))
        {
            ShowHead(group, stream);
            await CopyAsync(group, stream, run);
        }
    }

    /// <summary>Shows the set of the hosts of a group, as clush does.</summary>
    private void ShowHead(OutputGroup group, OutputStream stream)
    {
        string count = group.Hosts.Count == 1 ? "" : $" ({group.Hosts.Count})";
        byte[] hosts = Encoding.UTF8.GetBytes($"{NodeSet.Fold(group.Hosts)}{count}\n");
        screen.Write(stream, [.. Rule, .. hosts, .. Rule]);
    }

    /// <summary>Shows the output of a group.</summary>
    private async Task CopyAsync(OutputGroup group, OutputStream stream, KeptRun run)
    {
        await using Stream output = run.OpenOutput(group.Hosts[0], stream);
        var piece = new byte[64 * 1024];
        byte last = (byte)'\n';
        while (await output.ReadAsync(piece) is > 0 and int count)
        {
            screen.Write(stream, piece.AsSpan(0, count));
            last = piece[count - 1];
        }

        if (last != '\n')
            screen.Write(stream, "\n"u8);
    }
}
