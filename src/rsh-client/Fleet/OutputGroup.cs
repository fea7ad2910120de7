using RemoteShell.Client;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Hosts whose output on one stream is the same.</summary>
/// <param name="Hosts">Their names.</param>
/// <param name="Bytes">The bytes of the output of each of them.</param>
internal sealed record OutputGroup(IReadOnlyList<string> Hosts, long Bytes)
{
    /// <summary>The groups of a stream, that of the most hosts first. Hosts whose output is not verified are left out.</summary>
    public static IReadOnlyList<OutputGroup> Of(IEnumerable<HostVerdict> verdicts, OutputStream stream) =>
    [
        .. from verdict in verdicts
           let output = verdict.Streams.GetValueOrDefault(stream)
           where output is not null
           group verdict.Host by output into hosts
           orderby hosts.Count() descending
           select new OutputGroup([.. hosts], hosts.Key.Bytes),
    ];
}
