using System.Diagnostics;
using System.Net;
using RemoteShell.Client;
using RemoteShell.Client.Forwarding;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>Time from a keystroke on a terminal to the program's answer, beside a bulk stream and without one.</summary>
/// <param name="own">The server.</param>
/// <param name="ssh">OpenSSH's.</param>
/// <param name="pump">Returns bytes at once, without a terminal.</param>
/// <param name="folder">A folder for sockets.</param>
internal sealed class KeystrokeRows(OwnServer own, OpenSsh ssh, BarePump pump, string folder)
{
    private const int Keys = 200;

    // For the one in a hundred that takes longest: one each millisecond.
    private const int ManyKeys = 2_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    // The bulk stream flows when so much has come.
    private const int Flowing = 64 << 20;

    private const string Answering = "stty raw -echo; printf R; exec cat";
    private const string Bulk = "cat /dev/zero";

    /// <summary>The most important row.</summary>
    public IEnumerable<Row> Quick() =>
    [
        new(
            "the slowest in a hundred keystrokes on a terminal beside a bulk stream, against a bare echo beside it", "ms",
            () => SlowestAsync(OwnKeysAsync), () => SlowestAsync(EchoAsync), "≤ 2"),
    ];

    public IEnumerable<Row> All()
    {
        foreach (Row row in Quick())
            yield return row;
        yield return new(
            "a keystroke on a terminal beside a bulk stream on one connection, against the same without it",
            "times",
            () => OursAsync(BulkCommandAsync),
            () => TheirsAsync(BulkCommandOfSshAsync),
            "");
        yield return new(
            "a keystroke on a terminal beside a bulk stream in a forwarded connection, against the same without it",
            "times",
            () => OursAsync(BulkForwardAsync),
            () => TheirsAsync(BulkForwardOfSshAsync),
            "");
    }

    // A bulk runs until its token is cancelled, and then ends without an exception.
    private async Task<double> OursAsync(Func<RemoteShellClient, CancellationToken, Task> bulk)
    {
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(own.Options);
        await using TypedKeys keys = await TypedKeys.StartAsync(client, Answering);
        using var stop = new CancellationTokenSource();
        double idle = Measured.Median(await TimesAsync(Keys, keys.Input, keys.ShownAsync));
        Task running = bulk(client, stop.Token);
        double beside = Measured.Median(await TimesAsync(Keys, keys.Input, keys.ShownAsync));
        await stop.CancelAsync();
        await running;
        return beside / idle;
    }

    // The same bulk stream runs beside the keys, on the client's connection.
    private async Task<double> SlowestAsync(Func<RemoteShellClient, Task<List<double>>> type)
    {
        await using RemoteShellClient client = await RemoteShellClient.ConnectAsync(own.Options);
        using var stop = new CancellationTokenSource();
        using var flowing = new SemaphoreSlim(0);
        var output = new CountedSink(Flowing, flowing);
        RemoteJob bulk = await client.StartAsync(RemoteCommand.Shell(Bulk), new() { Output = output }, stop.Token);
        await flowing.WaitAsync();
        List<double> times = await type(client);
        await stop.CancelAsync();
        await ((Task)bulk.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return times.Order().ElementAt(times.Count * 99 / 100);
    }

    private static async Task<List<double>> OwnKeysAsync(RemoteShellClient client)
    {
        await using TypedKeys keys = await TypedKeys.StartAsync(client, Answering);
        return await TimesAsync(ManyKeys, keys.Input, keys.ShownAsync, Pause);
    }

    private async Task<List<double>> EchoAsync(RemoteShellClient client)
    {
        await using Stream echo = await pump.EchoAsync();
        byte[] answer = new byte[1];
        return await TimesAsync(ManyKeys, echo, () => echo.ReadExactlyAsync(answer).AsTask(), Pause);
    }

    private static async Task BulkCommandAsync(RemoteShellClient client, CancellationToken stop)
    {
        RemoteJob bulk = await client.StartAsync(RemoteCommand.Shell(Bulk), new(), stop);
        await ((Task)bulk.Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task BulkForwardAsync(RemoteShellClient client, CancellationToken stop)
    {
        using var source = new EndlessSource();
        await using LocalForwarder forwarder = LocalForwarder.Start(
            client, new IPEndPoint(IPAddress.Loopback, 0), ForwardTarget.Tcp("127.0.0.1", source.Port), new());
        await EndlessSource.DrainAsync(((IPEndPoint)forwarder.Address).Port, stop);
    }

    private static async Task BulkCommandOfSshAsync(string[] options, CancellationToken stop)
    {
        using Process bulk = Shell.Start("ssh", [.. options, "bench", Bulk]);
        Task reading = bulk.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        bulk.Kill();
        await bulk.WaitForExitAsync(CancellationToken.None);
        await reading;
    }

    private static async Task BulkForwardOfSshAsync(string[] options, CancellationToken stop)
    {
        using var source = new EndlessSource();
        int port = EndlessSource.FreePort();
        await Shell.LineAsync($"ssh {string.Join(' ', options)} -O forward -L {port}:127.0.0.1:{source.Port} bench");
        await EndlessSource.DrainAsync(port, stop);
    }

    private async Task<double> TheirsAsync(Func<string[], CancellationToken, Task> bulk)
    {
        string master = Path.Combine(folder, "keys");
        await Shell.TimeAsync("ssh", [.. ssh.Cold, "-M", "-S", master, "-o", "ControlPersist=yes", "-fN", "bench"]);
        string[] options = [.. ssh.Cold, "-S", master];
        using Process terminal = Shell.Start("ssh", [.. options, "-tt", "bench", Answering]);
        var answer = new byte[64];
        Stream shown = terminal.StandardOutput.BaseStream, keys = terminal.StandardInput.BaseStream;
        await NextAsync();
        double idle = Measured.Median(await TimesAsync(Keys, keys, NextAsync));
        using var stop = new CancellationTokenSource();
        Task running = bulk(options, stop.Token);
        double beside = Measured.Median(await TimesAsync(Keys, keys, NextAsync));
        await stop.CancelAsync();
        await running;
        terminal.Kill();
        await terminal.WaitForExitAsync();
        await Shell.LineAsync($"ssh {string.Join(' ', options)} -O exit bench 2>&1 || true");
        return beside / idle;

        async Task NextAsync() => await shown.ReadAtLeastAsync(answer.AsMemory(0, 1), 1);
    }

    private static async Task<List<double>> TimesAsync(int count, Stream keys, Func<Task> answered, TimeSpan pause = default)
    {
        byte[] key = [(byte)'k'];
        var figures = new List<double>();
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await keys.WriteAsync(key);
            await keys.FlushAsync();
            await answered();
            figures.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause);
        }

        return figures;
    }
}
