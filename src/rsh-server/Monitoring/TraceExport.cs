using OpenTelemetry;
using OpenTelemetry.Trace;
using RemoteShell.Server;

namespace RemoteShell.Cli.Server.Monitoring;

/// <summary>Sends spans to a collector.</summary>
internal sealed class TraceExport : IDisposable
{
    private readonly TracerProvider _provider;

    private TraceExport(TracerProvider provider) => _provider = provider;

    /// <summary>Starts to collect and to send.</summary>
    public static TraceExport Start(Uri collector)
    {
        TracerProviderBuilder traces = Sdk.CreateTracerProviderBuilder().AddSource(RemoteShellServer.TelemetryName);
        new OtlpTarget(collector).AddTo(traces);
        return new(traces.Build());
    }

    /// <summary>Sends what was collected, as far as the collector takes it within 5 s, and stops.</summary>
    public void Dispose() => _provider.Dispose();
}
