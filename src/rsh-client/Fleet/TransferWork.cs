using System.CommandLine;
using RemoteShell.Cli.Client.Options;
using RemoteShell.Client;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>A transfer of files to or from each host. The same transfer again goes on where it stopped.</summary>
/// <param name="line">The command line.</param>
/// <param name="connections">How the hosts are reached.</param>
/// <param name="screen">Shows what is done with each file.</param>
internal sealed class TransferWork(RunLine line, FleetConnections connections, FleetScreen screen) : FleetWork
{
    // As for one host.
    private const int FailedStatus = 1;

    private readonly Dictionary<string, Prepared> _hosts = new(StringComparer.Ordinal);

    public override string Text => string.Join(' ', line.Words);

    public override void Prepare(IReadOnlyCollection<string> hosts)
    {
        foreach (string host in hosts)
        {
            ParseResult parsed = line.For(host);
            var report = new HostTransferReport(TransferFlags.Output(parsed), host, screen);
            _hosts.Add(host, new(connections.Of(parsed, host), FleetTransfer.Of(parsed, host), report));
        }
    }

    public override async Task<HostVerdict> RunAsync(FleetRound round, RunTarget target)
    {
        Prepared host = _hosts[target.Host];
        HostVerdict verdict = await new HostCaller(round.Stop)
            .CallAsync(target, host.Connection, call => TransferAsync(call, target, host));
        // Its jobs are those of the transfer's own.
        verdict = verdict with { Job = null };
        await round.Run.KeepAsync(verdict, output: null);
        return verdict;
    }

    public override async Task<HostVerdict> KillAsync(FleetRound round, RunTarget target)
    {
        // A transfer ends with its client.
        HostVerdict verdict = HostVerdict.Skipped(target, "its client is gone");
        await round.Run.KeepAsync(verdict, output: null);
        return verdict;
    }

    private static async Task<HostVerdict> TransferAsync(HostCall call, RunTarget target, Prepared host)
    {
        TransferResult result = await host.Transfer.RunAsync(call.Client, host.Report, call.Token);
        host.Report.Finish(result);
        var verdict = new HostVerdict { Host = target.Host, Kind = VerdictKind.Ok, Running = result.Duration };
        if (result.Failed == 0)
            return verdict;
        string path = result.Failures[0].Path is { Length: > 0 } failed ? $"{failed}: " : "";
        string more = result.Failed > 1 ? $", and {result.Failed - 1} more" : "";
        return verdict with
        {
            Kind = VerdictKind.Failed,
            ExitStatus = FailedStatus,
            Reason = $"{path}{result.Failures[0].Reason}{more}",
        };
    }

    private sealed record Prepared(ClientOptions Connection, FleetTransfer Transfer, HostTransferReport Report);
}
