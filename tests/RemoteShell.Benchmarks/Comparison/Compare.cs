using System.Globalization;
using System.Text;
using RemoteShell.Client;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Measures the same work with RemoteShell and with OpenSSH, alternately, in one run.</summary>
internal static class Compare
{
    /// <summary>Measures and writes a table.</summary>
    /// <param name="native">The folder with both programs.</param>
    /// <param name="ready">The folder with a ReadyToRun client. Null if there is none.</param>
    /// <param name="rounds">Number of rounds. One more round warms up.</param>
    /// <param name="only">Text that a row's name must contain. Null: all rows.</param>
    /// <param name="report">The file to write, without its extension.</param>
    public static async Task RunAsync(string native, string? ready, int rounds, string? only, string report)
    {
        string folder = Directory.CreateTempSubdirectory("rsh-compare-").FullName;
        // Keep files in memory if there is room, because the disk should not be measured.
        bool fitsInMemory = Directory.Exists("/dev/shm") && new DriveInfo("/dev/shm").AvailableFreeSpace > 6L << 30;
        string bulkFolder = fitsInMemory ? Directory.CreateDirectory($"/dev/shm/{Path.GetFileName(folder)}").FullName : folder;
        try
        {
            await using OwnServer own = await OwnServer.StartAsync(native, folder, "cliwrap");
            await using OwnServer spawning = await OwnServer.StartAsync(native, folder, "posix_spawn");
            await using OpenSsh ssh = await OpenSsh.StartAsync(folder);
            await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(own.Options);
            await using RemoteShellClient spawningClient = await RemoteShellClient.ConnectAsync(spawning.Options);
            var bulk = new BulkRows(own, ssh, bulkFolder);
            await bulk.PrepareAsync();
            var files = new FileRows(own, ssh, bulkFolder);
            await files.PrepareAsync();
            var fleet = new FleetRows(own, ssh, folder);
            await fleet.PrepareAsync();
            await using MonitoringRows monitoring = await MonitoringRows.StartAsync(own, client, native, folder);
            await using AuditRows audit = await AuditRows.StartAsync(own, client, native, folder);
            await using var broker = new BrokerRows(own, folder, bulk.Gibibyte);
            var memory = new MemoryRows(own, ssh);
            bool Wanted(Row row) => only is null || row.Name.Contains(only, StringComparison.OrdinalIgnoreCase);
            List<Measured> all = await MeasureAsync([.. memory.All().Where(Wanted)], 1, warm: false);
            Row[] rows =
            [
                .. new CommandRows(own, ssh, client, ready is null ? null : Path.Combine(ready, "rsh-client")).All(),
                .. new CommandRows(spawning, ssh, spawningClient, null).StartingProcesses(", `--launcher posix_spawn`"),
                .. bulk.All(),
                .. files.All(),
                .. fleet.All(),
                .. new SharingRows(own, ssh, folder).All(),
                .. new KeystrokeRows(own, ssh, folder).All(),
                .. monitoring.All(),
                .. audit.All(),
            ];
            List<Measured> measured = await MeasureAsync(rows, Wanted, rounds);
            // Last, so that thousands of idle hosts are beside no other row.
            measured.AddRange(await MeasureAsync([.. broker.All()], Wanted, rounds));
            all.InsertRange(0, measured);
            string table = Report.Markdown(all, only is null ? await ScaleAsync(memory) : "");
            await File.WriteAllTextAsync($"{report}.md", table);
            await using (FileStream json = File.Create($"{report}.json"))
                Report.WriteJson(all, json);
            Console.Write(table);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            if (bulkFolder != folder)
                Directory.Delete(bulkFolder, recursive: true);
        }
    }

    private static Task<List<Measured>> MeasureAsync(IReadOnlyList<Row> rows, Func<Row, bool> wanted, int rounds)
        => MeasureAsync([.. rows.Where(wanted)], rounds, warm: true);

    private static async Task<List<Measured>> MeasureAsync(IReadOnlyList<Row> rows, int rounds, bool warm)
    {
        List<Measured> all = [.. rows.Select(row => new Measured(row, [], []))];
        for (int round = warm ? 0 : 1; round <= rounds; round++)
        {
            foreach ((Row row, List<double> ours, List<double> theirs) in all)
            {
                var (a, b) = await OnceAsync(row);
                string text = string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {round} of {rounds}: {row.Name}: {a:0.###} against {b:0.###} {row.Unit}");
                Console.Error.WriteLine(text);
                if (round == 0)
                    continue;
                ours.Add(a);
                if (b is { } figure)
                    theirs.Add(figure);
            }
        }

        return all;
    }

    // Runs both sides one after the other, so that other load on the machine affects both.
    private static async Task<(double Ours, double? Theirs)> OnceAsync(Row row)
    {
        List<double> ours = [], theirs = [];
        for (int i = 0; i < row.Times; i++)
        {
            // The side that runs first finds the caches as the other side left them, so the order alternates.
            bool theirsFirst = row.Theirs is not null && i % 2 == 1;
            if (theirsFirst)
                theirs.Add(await row.Theirs!());
            ours.Add(await row.Ours());
            if (row.Theirs is not null && !theirsFirst)
                theirs.Add(await row.Theirs());
        }

        return (Measured.Median(ours), theirs.Count > 0 ? Measured.Median(theirs) : null);
    }

    private static async Task<string> ScaleAsync(MemoryRows memory)
    {
        var text = new StringBuilder("| | 1 | 10 | 100 | 1,000 | |\n|---|---|---|---|---|---|\n");
        text.Append(await ScaleAsync("idle connections", memory.ConnectAsync));
        text.Append(await ScaleAsync("running commands", memory.RunAsync));
        return text.ToString();
    }

    private static async Task<string> ScaleAsync(string name, Func<int, Task<(double Kilobytes, double Milliseconds)>> measure)
    {
        List<(double Kilobytes, double Milliseconds)> figures = [];
        foreach (int count in (int[])[1, 10, 100, 1000])
            figures.Add(await measure(count));
        string Line(string what, string unit, Func<(double Kilobytes, double Milliseconds), double> part)
        {
            IEnumerable<string> cells = figures.Select(figure => part(figure).ToString("0.##", CultureInfo.InvariantCulture));
            return $"| {name}: {what} | {string.Join(" | ", cells)} | {unit} |\n";
        }

        string memory = Line("the server's memory for each", "KB", figure => figure.Kilobytes);
        return Line("time for each", "ms", figure => figure.Milliseconds) + memory;
    }
}
