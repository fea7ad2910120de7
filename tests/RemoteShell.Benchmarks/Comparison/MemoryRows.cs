using System.Diagnostics;
using System.Globalization;
using RemoteShell.Client;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Memory use. Memory that processes share is counted proportionally (PSS).</summary>
internal sealed class MemoryRows(OwnServer own, OpenSsh ssh)
{
    public IEnumerable<Row> All()
    {
        yield return new(
            "anonymous memory of the server with no connection", "KB",
            () => Task.FromResult(Anonymous(own.Pid)),
            () => Task.FromResult(TreeOf(ssh.Pid).Sum(Anonymous)),
            "≤ 12,000 KB");
        yield return new("an idle connection at the server, of 100", "KB each", () => ConnectionAsync(100), SshConnectionAsync, "");
        yield return new(
            "an idle connection at the server, of 1,000 (ssh: of 100)", "KB each",
            () => ConnectionAsync(1000),
            SshConnectionAsync,
            "≤ 50 KB");
        yield return new(
            "4 GiB to a slow reader: the client's growth", "MB", async () => (await SlowReaderAsync()).Client, null, "< 24 MB");
        yield return new(
            "4 GiB to a slow reader: the server's growth", "MB", async () => (await SlowReaderAsync()).Server, null, "< 24 MB");
    }

    /// <summary>Opens this many idle connections. Returns the server's memory and the time for each.</summary>
    public async Task<(double Kilobytes, double Milliseconds)> ConnectAsync(int count)
    {
        double before = Proportional(own.Pid);
        var clients = new List<RemoteShellClient>();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
            clients.Add(await RemoteShellClient.ConnectAsync(own.Options));
        double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds / count;
        await clients[^1].ListJobsAsync();
        // Wait until the garbage collector has freed the memory of the handshakes. Only what remains is a connection's cost.
        await Task.Delay(TimeSpan.FromSeconds(3));
        double cost = Proportional(own.Pid) - before;
        foreach (RemoteShellClient client in clients)
            await client.DisposeAsync();
        await Task.Delay(TimeSpan.FromSeconds(1));
        return (cost / count, took);
    }

    /// <summary>Starts this many commands. Returns the server's memory and the time for each.</summary>
    public async Task<(double Kilobytes, double Milliseconds)> RunAsync(int count)
    {
        const int perConnection = 50;
        double before = Proportional(own.Pid);
        var clients = new List<RemoteShellClient>();
        for (int i = 0; i < count; i += perConnection)
            clients.Add(await RemoteShellClient.ConnectAsync(own.Options));
        using var stop = new CancellationTokenSource();
        long start = Stopwatch.GetTimestamp();
        RemoteJob[] jobs = await Task.WhenAll(Enumerable.Range(0, count).Select(i =>
            clients[i / perConnection].StartAsync(RemoteCommand.Exact("sleep", "300"), new(), stop.Token)));
        double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds / count;
        await Task.Delay(TimeSpan.FromSeconds(1));
        double cost = Proportional(own.Pid) - before;
        await stop.CancelAsync();
        foreach (RemoteJob job in jobs)
            await ((Task)job.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (RemoteShellClient client in clients)
            await client.DisposeAsync();
        return (cost / count, took);
    }

    private async Task<double> ConnectionAsync(int count) => (await ConnectAsync(count)).Kilobytes;

    private async Task<double> SshConnectionAsync()
    {
        const int count = 100;
        double before = TreeOf(ssh.Pid).Sum(Proportional);
        var clients = new List<Process>();
        foreach (int batch in Enumerable.Range(0, count / 10))
        {
            clients.AddRange(Enumerable.Range(0, 10).Select(_ => Shell.Start("ssh", [.. ssh.Cold, "bench", "echo ready; exec cat"])));
            foreach (Process client in clients[^10..])
                await client.StandardOutput.ReadLineAsync();
        }

        // Count the processes that serve the connections, not the commands.
        double cost = TreeOf(ssh.Pid).Where(pid => NameOf(pid) == "sshd").Sum(Proportional) - before;
        foreach (Process client in clients)
        {
            client.StandardInput.Close();
            await client.WaitForExitAsync();
            client.Dispose();
        }

        return cost / count;
    }

    // Reads at most 400 MB/s: a third of what the connection can carry.
    private async Task<(double Client, double Server)> SlowReaderAsync()
    {
        using Process idle = Shell.Start(own.Client, "run", own.Host, "echo; sleep 1");
        await idle.StandardOutput.ReadLineAsync();
        double clientBefore = Resident(idle.Id), serverBefore = Resident(own.Pid), clientMax = 0, serverMax = 0;
        await idle.WaitForExitAsync();
        using Process process = Shell.Start(own.Client, "run", own.Host, "head -c 4G /dev/zero");
        var buffer = new byte[256 * 1024];
        long start = Stopwatch.GetTimestamp(), read = 0, looked = 0;
        while (await process.StandardOutput.BaseStream.ReadAsync(buffer) is > 0 and int count)
        {
            read += count;
            if (read - looked > 16 << 20)
            {
                clientMax = Math.Max(clientMax, Resident(process.Id));
                serverMax = Math.Max(serverMax, Resident(own.Pid));
                looked = read;
                TimeSpan early = TimeSpan.FromSeconds(read / 400e6) - Stopwatch.GetElapsedTime(start);
                if (early > TimeSpan.Zero)
                    await Task.Delay(early);
            }
        }

        await process.WaitForExitAsync();
        return process.ExitCode == 0 && read == 4L << 30
            ? ((clientMax - clientBefore) / 1000, (serverMax - serverBefore) / 1000)
            : throw new InvalidOperationException($"received {read} bytes, status {process.ExitCode}");
    }

    private static double Proportional(int pid) => Figure($"/proc/{pid}/smaps_rollup", "Pss:");

    private static double Anonymous(int pid) => Figure($"/proc/{pid}/status", "RssAnon:");

    private static double Resident(int pid) => Figure($"/proc/{pid}/status", "VmRSS:");

    private static double Figure(string file, string name)
    {
        string line = File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal));
        string number = line[name.Length..].Replace("kB", "", StringComparison.Ordinal);
        return double.Parse(number, CultureInfo.InvariantCulture) * 1.024;
    }

    private static string NameOf(int pid) => File.ReadAllText($"/proc/{pid}/comm").Trim();

    private static List<int> TreeOf(int root)
    {
        var all = new List<int> { root };
        for (int i = 0; i < all.Count; i++)
        {
            foreach (string task in Directory.GetDirectories($"/proc/{all[i]}/task"))
            {
                string children = File.ReadAllText(Path.Combine(task, "children"));
                all.AddRange(children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse));
            }
        }

        return all;
    }
}
