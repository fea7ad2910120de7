using RemoteShell.Cli.Server.Options;
using RemoteShell.Server;
using Serilog;

namespace RemoteShell.Cli.Server.Monitoring;

/// <summary>Shows how a server is, as far as its options ask for it.</summary>
internal sealed class ServerMonitor : IAsyncDisposable
{
    private readonly MetricCollector? _collector;
    private readonly MetricsEndpoint? _endpoint;
    private readonly OtlpExport? _export;

    private ServerMonitor(MetricCollector? collector, MetricsEndpoint? endpoint, OtlpExport? export)
        => (_collector, _endpoint, _export) = (collector, endpoint, export);

    /// <summary>Where the server shows something, a line for each, for people.</summary>
    public IReadOnlyList<string> Places => _endpoint is null ? [] : [$"metrics on http://{_endpoint.Address}/metrics"];

    /// <summary>Starts what the options ask for.</summary>
    /// <param name="settings">The options.</param>
    /// <param name="server">A server that has not started.</param>
    /// <param name="log">The server's log.</param>
    /// <exception cref="RemoteShell.Protocol.RemoteShellException">The address of the metrics cannot be bound.</exception>
    public static ServerMonitor Start(RunSettings settings, RemoteShellServer server, ILogger log)
    {
        MetricCollector? collector = settings.Metrics is null ? null : MetricCollector.Start(server);
        MetricsEndpoint? endpoint = settings.Metrics is { } address
            ? MetricsEndpoint.Start(address, collector!.Read, server.FindHealthFault, log)
            : null;
        OtlpExport? export = settings.Otlp is { } url ? OtlpExport.Start(url) : null;
        if (endpoint is not null)
            log.Information("serving metrics on {Address}", endpoint.Address);
        if (settings.Otlp is { } collecting)
            log.Information("sending metrics and traces to {Url:l}", collecting);
        return new(collector, endpoint, export);
    }

    /// <summary>Sends what was collected, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _export?.Dispose();
        if (_endpoint is not null)
            await _endpoint.DisposeAsync();
        _collector?.Dispose();
    }
}
