using System.Diagnostics;
using RemoteShell.Client;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Time of a small command beside a bulk stream on the same connection, relative to an idle connection.</summary>
internal sealed class SharingRows(OwnServer own, OpenSsh ssh, string folder)
{
    private const int Commands = 40;

    public IEnumerable<Row> All()
    {
        yield return new(
            "a small command beside a bulk stream on one connection, against the same without it",
            "times",
            OursAsync,
            TheirsAsync,
            "ours ≤ 3");
    }

    private async Task<double> OursAsync()
    {
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(own.Options);
        double idle = await MedianAsync(() => client.RunAsync(RemoteCommand.Shell("true"), new()));
        using var stop = new CancellationTokenSource();
        RemoteJob bulk = await client.StartAsync(RemoteCommand.Shell("cat /dev/zero"), new(), stop.Token);
        double beside = await MedianAsync(() => client.RunAsync(RemoteCommand.Shell("true"), new()));
        await stop.CancelAsync();
        await ((Task)bulk.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return beside / idle;
    }

    private async Task<double> TheirsAsync()
    {
        string master = Path.Combine(folder, "shared");
        await Shell.TimeAsync("ssh", [.. ssh.Cold, "-M", "-S", master, "-o", "ControlPersist=yes", "-fN", "bench"]);
        string[] options = [.. ssh.Cold, "-S", master, "bench"];
        double idle = await MedianAsync(() => Shell.TimeAsync("ssh", [.. options, "true"]));
        using Process bulk = Shell.Start("ssh", [.. options, "cat /dev/zero"]);
        Task reading = bulk.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        double beside = await MedianAsync(() => Shell.TimeAsync("ssh", [.. options, "true"]));
        bulk.Kill();
        await reading;
        await bulk.WaitForExitAsync();
        await Shell.LineAsync($"ssh {string.Join(' ', options)} -O exit 2>&1 || true");
        return beside / idle;
    }

    private static async Task<double> MedianAsync(Func<Task> command)
    {
        await command();
        var figures = new List<double>();
        for (int i = 0; i < Commands; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await command();
            figures.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return Measured.Median(figures);
    }
}
