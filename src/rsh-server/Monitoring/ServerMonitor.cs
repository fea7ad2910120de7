using RemoteShell.Cli.Server.Options;
using RemoteShell.Server;
using Serilog;

namespace RemoteShell.Cli.Server.Monitoring;

/// <summary>Shows how a server is, as far as its options ask for it.</summary>
internal sealed class ServerMonitor : IAsyncDisposable
{
    private readonly MetricsEndpoint? _endpoint;
    private readonly MetricsExport? _metrics;
    private readonly TraceExport? _traces;

    private ServerMonitor(MetricsEndpoint? endpoint, MetricsExport? metrics, TraceExport? traces)
        => (_endpoint, _metrics, _traces) = (endpoint, metrics, traces);

    /// <summary>Where the server shows something, a line for each, for people.</summary>
    public IReadOnlyList<string> Places => _endpoint is null ? [] : [$"metrics on http://{_endpoint.Address}/metrics"];

    /// <summary>Starts what the options ask for.</summary>
    /// <param name="settings">The options.</param>
    /// <param name="server">A server that has not started.</param>
    /// <param name="log">The server's log.</param>
    /// <exception cref="RemoteShell.Protocol.RemoteShellException">The address of the metrics cannot be bound.</exception>
    public static ServerMonitor Start(RunSettings settings, RemoteShellServer server, ILogger log)
    {
        // First, so that a failure leaves nothing that would be sent to the collector.
        MetricsEndpoint? endpoint = settings.Metrics is { } address ? MetricsEndpoint.Bind(address, server.FindHealthFault, log) : null;
        MetricsExport? metrics = MetricsExport.TryStart(settings);
        TraceExport? traces = settings.Otlp is { } url ? TraceExport.Start(url) : null;
        if (endpoint is not null)
        {
            endpoint.Serve(metrics!.Text!);
            log.Information("serving metrics on {Address}", endpoint.Address);
        }

        if (settings.Otlp is { } collecting)
            log.Information("sending metrics and traces to {Url:l}", collecting);
        return new(endpoint, metrics, traces);
    }

    /// <summary>Sends what was collected, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
        if (_endpoint is not null)
            await _endpoint.DisposeAsync();
    }
}
