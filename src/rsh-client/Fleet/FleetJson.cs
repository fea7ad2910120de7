using System.Text.Json;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Verdicts and totals as JSON; docs/json.md describes the fields.</summary>
internal static class FleetJson
{
    /// <summary>The fields of a verdict, without the output.</summary>
    public static void Fields(Utf8JsonWriter json, HostVerdict verdict)
    {
        json.WriteString("host", verdict.Host);
        json.WriteString("verdict", verdict.Word);
        json.WriteNumber("exit", verdict.ExitStatus);
        WriteIfThere("job", verdict.Job);
        WriteIfThere("code", verdict.Code);
        WriteIfThere("signal", verdict.Signal);
        WriteIfThere("reason", verdict.Reason);
        json.WriteString("started", verdict.Started);
        json.WriteNumber("connect_ms", verdict.Connecting.TotalMilliseconds);
        json.WriteNumber("run_ms", verdict.Running.TotalMilliseconds);
        if (verdict.Job is not null)
            json.WriteBoolean("verified", verdict.Streams.Count > 0);
        if (verdict.Streams.Count > 0)
            JsonReport.WriteStreams(json, verdict.Streams, begins: null);

        void WriteIfThere(string name, string? value)
        {
            if (value is not null)
                json.WriteString(name, value);
        }
    }

    /// <summary>The fields of a kept run.</summary>
    public static void Fields(Utf8JsonWriter json, KeptRun run)
    {
        json.WriteString("run", run.Record.Id);
        json.WriteString("state", RunsTable.WordOf(run.State));
        json.WriteString("started", run.Record.Started);
        json.WriteNumber("hosts", run.Record.Hosts);
        json.WriteString("targets", run.Record.Targets);
        json.WriteString("command", run.Record.Command);
        WriteTotals(json, new(run.Verdicts));
    }

    /// <summary>The fields of the last line of a run.</summary>
    public static void Fields(Utf8JsonWriter json, string run, RunTotals totals, int exitStatus)
    {
        json.WriteString("run", run);
        json.WriteNumber("hosts", totals.Hosts);
        json.WriteNumber("exit", exitStatus);
        WriteTotals(json, totals);
    }

    private static void WriteTotals(Utf8JsonWriter json, RunTotals totals)
    {
        json.WriteStartObject("verdicts");
        foreach (IGrouping<string, VerdictGroup> word in totals.Groups.GroupBy(group => group.Verdicts[0].Word))
        {
            string[] hosts = [.. word.SelectMany(group => group.Hosts)];
            json.WriteStartObject(word.Key);
            json.WriteNumber("count", hosts.Length);
            json.WriteString("hosts", NodeSet.Fold(hosts));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
