using RemoteShell.Client;

namespace RemoteShell.Benchmarks.Comparison;

/// <summary>The same work at a server with <c>--metrics</c>, whose metrics are read each second, and at one without.</summary>
internal sealed class MonitoringRows : IAsyncDisposable
{
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

    public IEnumerable<Row> All() => PairedRows.Of(With, _monitored, _monitoredClient, _own, _ownClient, "≥ 0.95", "≤ 1.05");

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
}
