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

    public override async Task EndAsync(HostVerdict verdict, KeptRun run)
    {
        await using var report = new JsonReport();
        if (verdict.Streams.Count > 0)
        {
            await CopyAsync(run, verdict.Host, OutputStream.StandardOutput, report.Output);
            await CopyAsync(run, verdict.Host, OutputStream.StandardError, report.Error);
        }

        await report.WriteAsync(json => FleetJson.Fields(json, verdict), _lines);
    }

    public override Task FinishAsync(RunTotals totals, KeptRun run)
    {
        JsonLines.Write([totals], (json, all) => FleetJson.Fields(json, run.Record.Id, all, statusOf(all)), _lines);
        return Task.CompletedTask;
    }

    private static async Task CopyAsync(KeptRun run, string host, OutputStream stream, SpoolStream target)
    {
        await using Stream output = run.OpenOutput(host, stream);
        await output.CopyToAsync(target);
    }
}
