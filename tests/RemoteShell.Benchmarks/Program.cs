using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using RemoteShell.Benchmarks;
using RemoteShell.Benchmarks.Comparison;

// compare PROGRAMS PUMP READY ROUNDS REPORT [ROW]: comparison with OpenSSH. compare.sh builds what it needs.
if (args is ["compare", var programs, var pump, var ready, var times, var report, .. var only])
{
    await Compare.RunAsync(new()
    {
        Programs = programs,
        Pump = pump,
        Ready = ready,
        Rounds = int.Parse(times),
        Report = report,
        Only = only.FirstOrDefault(),
    });
    return;
}

// quick PROGRAMS PUMP ROUNDS REPORT compare|write BASELINE: the ten most important rows, and what became worse.
if (args is ["quick", var quickPrograms, var quickPump, var quickTimes, var quickReport, var task, var baseline])
{
    var options = new CompareOptions
    {
        Programs = quickPrograms,
        Pump = quickPump,
        Rounds = int.Parse(quickTimes),
        Report = quickReport,
    };
    IReadOnlyList<Measured> measured = await Compare.RunQuickAsync(options);
    if (task == "write")
        await Baseline.WriteAsync(measured, baseline);
    else
        Console.Write(await Baseline.CompareAsync(measured, baseline));
    return;
}

// micro: the codec, the checksum and the replay buffer with BenchmarkDotNet, in this process.
if (args is ["micro", ..])
{
    BenchmarkRunner.Run(
        [typeof(RemoteShell.Benchmarks.Micro.Frames), typeof(RemoteShell.Benchmarks.Micro.Buffers)],
        DefaultConfig.Instance
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .WithArtifactsPath(Path.Combine("artifacts", "micro")));
    return;
}

// Measures and prints, and checks no target:  dotnet run -c Release --project tests/RemoteShell.Benchmarks [ROUNDS]
// Every row is measured once in each round, so that other load on the machine affects all rows. The table shows medians.
int rounds = args.Length > 0 ? int.Parse(args[0]) : 5;
await using var rows = await Rows.CreateAsync();
(string Name, string Unit, Func<Task<double>> Measure)[] all =
[
    ("codec: frames read, 100 bytes of body", "frames/s", rows.FramesReadAsync),
    ("codec: headers written", "frames/s", rows.HeadersWrittenAsync),
    ("CRC-32C", "MB/s", rows.ChecksumAsync),
    ("one channel in memory", "MB/s", rows.ChannelInMemoryAsync),
    ("one channel over loopback TLS (`head -c`, verified)", "MB/s", rows.OutputOverTlsAsync),
    ("a file over loopback TLS (`get`)", "MB/s", rows.FileOverTlsAsync),
    ("`true` on a warm connection", "round trips/s", rows.TrueAsync),
    ("`calc` on a warm connection, one at a time", "round trips/s", rows.CalcAsync),
    ("`calc` on a warm connection, 64 at once", "round trips/s", rows.CalcPipelinedAsync),
];

var figures = all.ToDictionary(row => row.Name, _ => new List<double>());
for (int round = 0; round <= rounds; round++)
{
    foreach (var row in all)
    {
        double figure = await row.Measure();
        // The first round only warms up.
        if (round > 0)
            figures[row.Name].Add(figure);
    }

    Console.Error.WriteLine(round == 0 ? "warmed up" : $"round {round} of {rounds}");
}

Console.WriteLine("| | median | lowest | highest | |\n|---|---|---|---|---|");
foreach (var row in all)
{
    double[] sorted = [.. figures[row.Name].Order()];
    Console.WriteLine($"| {row.Name} | {sorted[sorted.Length / 2]:N0} | {sorted[0]:N0} | {sorted[^1]:N0} | {row.Unit} |");
}
