using System.Diagnostics;
using RemoteShell.Client;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Commands that do nothing, to measure the round trip.</summary>
internal sealed class CommandRows(OwnServer own, OpenSsh ssh, RemoteShellClient client, string? readyClient)
{
    private const int Commands = 100;
    private const int Clients = 10;
    private const int Lines = 1_000;

    /// <summary>All rows, for a server with the default launcher.</summary>
    public IEnumerable<Row> All()
    {
        yield return Cold("") with { Target = "≤ 0.08" };
        yield return ColdAgainstWarm();
        yield return new("`run HOST true` over a kept connection, against a cold one", "ms", KeptAsync, OwnColdAsync, "≤ 0.6")
        { Times = 10 };
        yield return Kept();
        if (readyClient is not null)
        {
            yield return new(
                "cold `run HOST true`, ReadyToRun client", "ms",
                () => Shell.TimeAsync(readyClient, "run", own.Host, "true"), () => ColdAsync(ssh.Cold), "≤ 0.4")
            { Times = 5 };
        }

        yield return Warm("", "≤ 0.4");
        yield return Many("", "≥ 8");
        yield return SmallOutputs();
        yield return new(
            "1,000 lines of `true` in a pipe: `connect`, against `ssh HOST sh`", "ms a line",
            () => LinesAsync(own.Client, "connect", own.Host), () => LinesAsync("ssh", [.. ssh.Cold, "bench", "sh"]), "≤ 1 ms")
        { Times = 2 };
        yield return new("`calc` on one connection, one at a time", "a second", () => CalcAsync(1, 2_000), null, "");
        yield return new("`calc` on one connection, pipelined", "a second", () => CalcAsync(60, 30_000), null, "");
    }

    /// <summary>The most important rows.</summary>
    public IEnumerable<Row> Quick() => [ColdAgainstWarm(), Kept(), Warm("", "≤ 0.4"), Many("", "≥ 8"), SmallOutputs()];

    /// <summary>The rows that start processes, for a server with the launcher named in <paramref name="label"/>.</summary>
    public IEnumerable<Row> StartingProcesses(string label) => [Cold(label), Warm(label, "≤ 0.28"), Many(label, "≥ 8")];

    private Row ColdAgainstWarm() => new(
        "cold `run HOST true`, against `ssh` through a warm ControlMaster", "ms",
        () => Shell.TimeAsync(own.Client, "run", own.Host, "true"), () => ColdAsync(ssh.Warm), "≤ 1.8")
    { Times = 10 };

    private Row Kept() => new(
        "`run HOST true` over a kept connection, against `ssh` through a warm ControlMaster", "ms",
        KeptAsync, () => ColdAsync(ssh.Warm), "≤ 1")
    { Times = 10 };

    private Row SmallOutputs() => new(
        "2,000 small outputs of one command, warm", "ms",
        SmallOutputsAsync, () => Shell.TimeAsync("ssh", [.. ssh.Warm, "bench", Small]), "≤ 1")
    { Times = 30 };

    private Row Cold(string label) => new(
        $"cold `run HOST true`, native client{label}", "ms",
        () => Shell.TimeAsync(own.Client, "run", own.Host, "true"), () => ColdAsync(ssh.Cold), "")
    { Times = 10 };

    private Row Warm(string label, string target) => new(
        $"`true` on a warm connection, against a warm ControlMaster{label}", "ms", WarmAsync, () => ColdAsync(ssh.Warm), target)
    { Times = 30 };

    private Row Many(string label, string target) => new(
        $"{Commands} cold commands from {Clients} clients at once{label}", "commands/s",
        () => ManyAsync(() => Shell.TimeAsync(own.Client, "run", own.Host, "true")), () => ManyAsync(() => ColdAsync(ssh.Cold)), target);

    private const string Small = "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done";

    private static Task<double> ColdAsync(string[] options) => Shell.TimeAsync("ssh", [.. options, "bench", "true"]);

    private Task<double> OwnColdAsync() => Shell.TimeAsync(own.Client, "run", own.Host, "true");

    // The first one keeps it, in the round that warms up.
    private Task<double> KeptAsync() => Shell.TimeAsync(own.Client, "run", "--persist=10s", own.Host, "true");

    private async Task<double> WarmAsync()
    {
        long start = Stopwatch.GetTimestamp();
        await client.RunAsync(RemoteCommand.Shell("true"), new());
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private async Task<double> SmallOutputsAsync()
    {
        long start = Stopwatch.GetTimestamp();
        await client.RunAsync(RemoteCommand.Shell(Small), new());
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    // With the start of the client and its connection, which are spread over the lines.
    private static async Task<double> LinesAsync(string program, params string[] arguments)
    {
        string feed = $"yes true | head -n {Lines} | \"$0\" \"$@\"";
        return await Shell.TimeAsync("sh", ["-c", feed, program, .. arguments]) / Lines;
    }

    private static async Task<double> ManyAsync(Func<Task> command)
    {
        long start = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, Commands, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (_, _) => await command());
        return Commands / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private async Task<double> CalcAsync(int atOnce, int total)
    {
        long start = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, total, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (_, token) =>
            await client.RunAsync(RemoteCommand.Builtin("calc", "123+345"), new(), token));
        return total / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
