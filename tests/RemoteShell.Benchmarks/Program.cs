using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using RemoteShell.Benchmarks;
using RemoteShell.Benchmarks.Comparison;

// compare NATIVE READY ROUNDS REPORT [ROW]: comparison with OpenSSH. compare.sh builds what it needs.
if (args is ["compare", var native, var ready, var times, var report, .. var only])
{
    await Compare.RunAsync(native, ready.Length > 0 ? ready : null, int.Parse(times), only.FirstOrDefault(), report);
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
