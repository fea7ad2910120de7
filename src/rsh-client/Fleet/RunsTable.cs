using System.Globalization;
using RemoteShell.Cli.Client.Output;
using RemoteShell.Cli.Client.Streams;
using RemoteShell.Fleet;

namespace RemoteShell.Cli.Client.Fleet;

/// <summary>Runs and their hosts as tables.</summary>
internal static class RunsTable
{
    /// <summary>A line for each run.</summary>
    public static void Write(IReadOnlyList<KeptRun> runs)
    {
        if (!Console.IsOutputRedirected && runs.Count > 0)
            StandardText.Output.WriteLine($"{"ID",-16}  {"STATE",-11}  {"STARTED",-19}  {"HOSTS",6}  {"OK",6}  TARGETS  COMMAND");
        foreach (KeptRun run in runs)
        {
            int ok = run.Verdicts.Count(verdict => verdict.Kind == VerdictKind.Ok);
            string text = UserMessages.OneLine($"{run.Record.Targets}  {run.Record.Command}");
            StandardText.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{run.Record.Id,-16}  {WordOf(run.State),-11}  {run.Record.Started.ToLocalTime():yyyy-MM-dd HH:mm:ss}  ")
                + string.Create(CultureInfo.InvariantCulture, $"{run.Record.Hosts,6}  {ok,6}  {text}"));
        }
    }

    /// <summary>A line for each host of a run.</summary>
    public static void WriteHosts(KeptRun run)
    {
        Dictionary<string, HostVerdict> verdicts = run.Verdicts.ToDictionary(verdict => verdict.Host, StringComparer.Ordinal);
        int width = run.Targets.Max(target => target.Host.Length);
        foreach (RunTarget target in run.Targets)
        {
            HostVerdict? verdict = verdicts.GetValueOrDefault(target.Host);
            string text = verdict?.Text ?? (run.State == RunState.Running ? "running" : "no verdict");
            string reason = verdict?.Reason is { } why ? $"  {UserMessages.OneLine(why)}" : "";
            StandardText.Output.WriteLine($"{target.Host.PadRight(width)}  {text,-16}  {target.Job}{reason}");
        }
    }

    /// <summary>The word for a state.</summary>
    public static string WordOf(RunState state) => state switch
    {
        RunState.Running => "running",
        RunState.Interrupted => "interrupted",
        _ => "ended",
    };
}
