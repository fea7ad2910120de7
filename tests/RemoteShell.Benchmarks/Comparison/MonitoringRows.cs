using System.Diagnostics;
using RemoteShell.Client;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>The same work at a server with <c>--metrics</c>, whose metrics are read each second, and at one without.</summary>
internal sealed class MonitoringRows : IAsyncDisposable
{
    private const int Calls = 30_000, AtOnce = 60;
    private const long Bulk = 1L << 30;
    private const string With = "with `--metrics`, read each second, against the same without";

    private readonly OwnServer _own;
    private readonly OwnServer _monitored;
    private readonly RemoteShellClient _ownClient;
    private readonly RemoteShellClient _monitoredClient;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _reading;

    private MonitoringRows(OwnServer own, OwnServer monitored, RemoteShellClient ownClient, RemoteShellClient monitoredClient)
    {
        (_own, _monitored, _ownClient, _monitoredClient) = (own, monitored, ownClient, monitoredClient);
        _reading = ReadAsync();
    }

    /// <summary>Starts a server with metrics beside one without.</summary>
    public static async Task<MonitoringRows> StartAsync(OwnServer own, RemoteShellClient ownClient, string native, string folder)
    {
        OwnServer monitored = await OwnServer.StartAsync(native, folder, "cliwrap", "--metrics", "127.0.0.1:0");
        return new(own, monitored, ownClient, await RemoteShellClient.ConnectAsync(monitored.Options));
    }

    public IEnumerable<Row> All()
    {
        yield return new(
            $"`calc` on one connection, pipelined, {With}", "a second",
            () => CalcAsync(_monitoredClient), () => CalcAsync(_ownClient), "≥ 0.95");
        yield return new(
            $"`true` on a warm connection, {With}", "ms", () => TrueAsync(_monitoredClient), () => TrueAsync(_ownClient), "≤ 1.05")
        { Times = 30 };
        yield return new($"1 GiB of stdout, {With}", "MB/s", () => BulkAsync(_monitored), () => BulkAsync(_own), "≥ 0.95")
        { Times = 2 };
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _reading;
        await _monitoredClient.DisposeAsync();
        await _monitored.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task ReadAsync()
    {
        using var http = new HttpClient();
        var metrics = new Uri((await _monitored.ReadLineAsync())["metrics on ".Length..]);
        while (!_stopping.IsCancellationRequested)
        {
            await http.GetStringAsync(metrics);
            await Task.Delay(TimeSpan.FromSeconds(1), _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<double> CalcAsync(RemoteShellClient client)
    {
        long start = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, Calls, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, token) =>
            await client.RunAsync(RemoteCommand.Builtin("calc", "123+345"), new(), token));
        return Calls / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> TrueAsync(RemoteShellClient client)
    {
        long start = Stopwatch.GetTimestamp();
        await client.RunAsync(RemoteCommand.Shell("true"), new());
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task<double> BulkAsync(OwnServer server)
        => Bulk / 1e3 / await Shell.LineAsync($"'{server.Client}' run --accept-new {server.Host} 'head -c {Bulk} /dev/zero' > /dev/null");
}
