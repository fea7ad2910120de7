using OpenTelemetry;
using OpenTelemetry.Metrics;
using RemoteShell.Cli.Server.Options;
using RemoteShell.Server;

namespace RemoteShell.Cli.Server.Monitoring;

/// <summary>Collects metrics, for Prometheus, for a collector of OpenTelemetry, or for both.</summary>
/// <remarks>It collects from its start on, so it must start before the server does.</remarks>
internal sealed class MetricsExport : IDisposable
{
    private readonly MeterProvider _provider;

    private MetricsExport(MeterProvider provider, PrometheusText? text) => (_provider, Text) = (provider, text);

    /// <summary>The metrics for Prometheus; null without <c>--metrics</c>.</summary>
    public PrometheusText? Text { get; }

    /// <summary>Starts what the options ask for; null if they ask for nothing.</summary>
    public static MetricsExport? TryStart(RunSettings settings)
    {
        if (settings is { Metrics: null, Otlp: null })
            return null;
        MeterProviderBuilder metrics = Sdk.CreateMeterProviderBuilder().AddMeter(RemoteShellServer.TelemetryName);
        if (settings.Metrics is not null)
            PrometheusText.AddTo(metrics);
        if (settings.Otlp is { } collector)
            new OtlpTarget(collector).AddTo(metrics);
        MeterProvider provider = metrics.Build();
        return new(provider, settings.Metrics is null ? null : PrometheusText.Of(provider));
    }

    /// <summary>Sends what was collected, as far as the collector takes it within 5 s, and stops.</summary>
    public void Dispose() => _provider.Dispose();
}
