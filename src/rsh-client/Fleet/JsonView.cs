using RemoteShell.Cli.Client.Output;
using RemoteShell.Client;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Prints a line of JSON for each host when it ends, and the run's totals last. Only verified output is in it.</summary>
/// <param name="screen">Where the lines go.</param>
/// <param name="statusOf">The exit status of the run.</param>
internal sealed class JsonView(FleetScreen screen, Func<RunTotals, int> statusOf) : FleetView
{
    private readonly ScreenStream _lines = new(screen, OutputStream.StandardOutput);

    public override async Task EndAsync(HostVerdict verdict, KeptOutput kept)
    {
        await using var report = new JsonReport();
        if (verdict.Streams.Count > 0)
        {
            await kept.CopyAsync(verdict.Host, OutputStream.StandardOutput, report.Output);
            await kept.CopyAsync(verdict.Host, OutputStream.StandardError, report.Error);
        }

        await report.WriteAsync(json => FleetJson.Fields(json, verdict), _lines);
    }

    public override Task FinishAsync(RunTotals totals, KeptOutput kept)
    {
        JsonLines.Write([totals], (json, all) => FleetJson.Fields(json, kept.Run.Record.Id, all, statusOf(all)), _lines);
        return Task.CompletedTask;
    }
}
