using System.Text;
using RemoteShell.Client;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Shows what differs from the output of the most hosts, as <c>diff -u</c> does.</summary>
/// <param name="screen">Where it is shown.</param>
internal sealed class DiffView(FleetScreen screen) : GroupingView
{
    // In bytes. The comparison of larger texts takes minutes.
    private const int MaxCompared = 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    protected override async Task ShowAsync(IReadOnlyList<OutputGroup> groups, OutputStream stream, KeptOutput kept)
    {
        if (groups.Count < 2)
            return;
        string usualName = NodeSet.Fold(groups[0].Hosts);
        string? usual = await ReadAsync(groups[0], stream, kept);
        foreach (OutputGroup group in groups.Skip(1))
        {
            string name = NodeSet.Fold(group.Hosts);
            string? text = await ReadAsync(group, stream, kept);
            string shown = usual is null || text is null
                ? $"--- {usualName}\n+++ {name}\nThe output differs, and is too large or not text.\n"
                : UnifiedDiff.Of(usualName, usual, name, text);
            await screen.WriteAsync(stream, Encoding.UTF8.GetBytes(shown));
        }
    }

    // Null if it cannot be compared line by line.
    private static async Task<string?> ReadAsync(OutputGroup group, OutputStream stream, KeptOutput kept)
    {
        if (group.Bytes > MaxCompared)
            return null;
        using var text = new MemoryStream();
        await kept.CopyAsync(group.Hosts[0], stream, text);
        try
        {
            return Strict.GetString(text.ToArray());
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
