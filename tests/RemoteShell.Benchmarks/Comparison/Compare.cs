using System.Globalization;
using System.Text;
using RemoteShell.Client;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Measures the same work with RemoteShell and with OpenSSH, alternately, in one run.</summary>
internal static class Compare
{
    private const int Gibibytes = 4;

    /// <summary>Measures all rows, and writes a table.</summary>
    public static async Task RunAsync(CompareOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("rsh-compare-").FullName;
        using BulkFolder bulkFolder = BulkFolder.Create();
        try
        {
            await using OwnServer own = await OwnServer.StartAsync(options.Programs, folder, "cliwrap");
            await using OwnServer spawning = await OwnServer.StartAsync(options.Programs, folder, "posix_spawn");
            await using OpenSsh ssh = await OpenSsh.StartAsync(folder);
            await using BarePump pump = await BarePump.StartAsync(options.Pump);
            await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(own.Options);
            await using RemoteShellClient spawningClient = await RemoteShellClient.ConnectAsync(spawning.Options);
            var bulk = new BulkRows(own, ssh, pump, bulkFolder.Path, Gibibytes);
            await bulk.PrepareAsync();
            var files = new FileRows(own, ssh, bulkFolder.Path);
            await files.PrepareAsync();
            var fleet = new FleetRows(own, ssh, folder);
            await fleet.PrepareAsync();
            await using MonitoringRows monitoring = await MonitoringRows.StartAsync(own, client, options.Programs, folder);
            await using AuditRows audit = await AuditRows.StartAsync(own, client, options.Programs, folder);
            await using LossRows loss = await LossRows.StartAsync(options.Programs, options.Pump, folder);
            Row lost = loss.Row(bulk.Gibibyte);
            await using var broker = new BrokerRows(own, folder, bulk.Gibibyte);
            var memory = new MemoryRows(own, ssh);
            bool Wanted(Row row) => options.Only is not { } text || row.Name.Contains(text, StringComparison.OrdinalIgnoreCase);
            List<Measured> all = await Rounds.OnceAsync(memory.All().Where(Wanted));
            string? ready = options.Ready is { } readyFolder ? Path.Combine(readyFolder, "rsh-client") : null;
            Row[] rows =
            [
                .. new CommandRows(own, ssh, client, ready).All(),
                .. new CommandRows(spawning, ssh, spawningClient, null).StartingProcesses(", `--launcher posix_spawn`"),
                .. bulk.All(),
                .. loss.Fault is null ? (Row[])[lost] : [],
                .. files.All(),
                .. fleet.All(),
                .. new SharingRows(own, ssh, folder).All(),
                .. new KeystrokeRows(own, ssh, pump, folder).All(),
                .. monitoring.All(),
                .. audit.All(),
            ];
            List<Measured> measured = await Rounds.WarmAsync(rows.Where(Wanted), options.Rounds);
            // Last, so that thousands of idle hosts are beside no other row.
            measured.AddRange(await Rounds.WarmAsync(broker.All().Where(Wanted), options.Rounds));
            if (loss.Fault is not null && Wanted(lost))
                measured.Add(new(lost, [], []));
            all.InsertRange(0, measured);
            await Report.WriteAsync(all, await ScaleAsync(memory, options.Only), options.Report);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Measures the ten most important rows, and writes a table.</summary>
    /// <returns>The rows.</returns>
    public static async Task<IReadOnlyList<Measured>> RunQuickAsync(CompareOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("rsh-compare-").FullName;
        using BulkFolder bulkFolder = BulkFolder.Create();
        try
        {
            await using OwnServer own = await OwnServer.StartAsync(options.Programs, folder, "cliwrap");
            await using OpenSsh ssh = await OpenSsh.StartAsync(folder);
            await using BarePump pump = await BarePump.StartAsync(options.Pump);
            await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(own.Options);
            var bulk = new BulkRows(own, ssh, pump, bulkFolder.Path, gibibytes: 1);
            await bulk.PrepareAsync();
            Row[] rows =
            [
                .. new CommandRows(own, ssh, client, readyClient: null).Quick(),
                .. new KeystrokeRows(own, ssh, pump, folder).Quick(),
                .. bulk.AgainstPump(),
            ];
            List<Measured> all = await Rounds.WarmAsync(rows, options.Rounds);
            await Report.WriteAsync(all, "", options.Report);
            return all;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> ScaleAsync(MemoryRows memory, string? only)
    {
        var text = new StringBuilder();
        await AppendAsync("idle connections", memory.ConnectAsync, 1, 10, 100, 1000, 10_000);
        await AppendAsync("running commands", memory.RunAsync, 1, 10, 100, 1000);
        return text.Length == 0 ? "" : $"| | 1 | 10 | 100 | 1,000 | 10,000 | |\n|---|---|---|---|---|---|---|\n{text}";

        async Task AppendAsync(string name, Func<int, Task<(double Kilobytes, double Milliseconds)>> measure, params int[] counts)
        {
            if (only is null || name.Contains(only, StringComparison.OrdinalIgnoreCase))
                text.Append(await ScaleAsync(name, measure, counts));
        }
    }

    private static async Task<string> ScaleAsync(
        string name, Func<int, Task<(double Kilobytes, double Milliseconds)>> measure, int[] counts)
    {
        List<(double Kilobytes, double Milliseconds)> figures = [];
        foreach (int count in counts)
            figures.Add(await measure(count));
        string Line(string what, string unit, Func<(double Kilobytes, double Milliseconds), double> part)
        {
            IEnumerable<string> cells = figures.Select(figure => part(figure).ToString("0.##", CultureInfo.InvariantCulture));
            IEnumerable<string> all = cells.Concat(Enumerable.Repeat("–", 5 - figures.Count));
            return $"| {name}: {what} | {string.Join(" | ", all)} | {unit} |\n";
        }

        string memory = Line("the server's memory for each", "KB", figure => figure.Kilobytes);
        return Line("time for each", "ms", figure => figure.Milliseconds) + memory;
    }
}
